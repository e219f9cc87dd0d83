/** `npm run verify:whole` runs everything; the tests leave out what another case of theirs shows as well, for time. */
export const IS_WHOLE = process.env['DDOSTOP_TEST_WHOLE'] === '1';
