/** `npm run verify:whole` runs everything; the tests leave out what another case of theirs shows as well, for time. */
export const IS_WHOLE = process.env['DDOSTOP_TEST_WHOLE'] === '1';

/** Every other row (one in `of`), from the first or a later one on: of what two backends are both asked, each shows a part. All of them in whole. */
export function inTurn<Row>(rows: readonly Row[], from: number, of = 2): readonly Row[] {
  return IS_WHOLE ? rows : rows.filter((_, i) => i % of === from);
}
