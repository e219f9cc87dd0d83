/** `npm run verify:mitigation` runs the suites about firewalls in whole; the tests leave out what another case of theirs shows as well, for time. */
export const IS_WHOLE = process.env['DDOSTOP_TEST_WHOLE'] === '1';
