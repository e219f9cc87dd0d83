/**
 * Rows by their time; of one time, which is told apart to 10 µs in spans of days, in the order they come in. Rows without a time come last.
 * Time and row number are one number, since typed arrays sort ten times faster without a comparison of ours.
 */
const PARTS_A_SECOND = 1e5;
const TIME_BITS = 33;

export function inOrderOfTime(sec: Float64Array): Uint32Array {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  let isSorted = true;
  for (let row = 0; row < sec.length; row += 1) {
    const at = sec[row] as number;
    if (at < first) first = at;
    if (at > last) last = at;
    if (row > 0 && !(at >= (sec[row - 1] as number))) isSorted = false;
  }
  if (isSorted || !(last > first)) return inOrderOfRows(sec.length);
  const parts = Math.min(PARTS_A_SECOND, (2 ** TIME_BITS - 2) / (last - first));
  const places = 2 ** (53 - TIME_BITS);
  if (sec.length > places) throw new RangeError(`inOrderOfTime: ${sec.length} rows, ${places} at most.`);
  const keys = new Float64Array(sec.length);
  for (let row = 0; row < sec.length; row += 1) {
    const at = sec[row] as number;
    keys[row] = (Number.isNaN(at) ? 2 ** TIME_BITS - 1 : Math.floor((at - first) * parts)) * places + row;
  }
  keys.sort();
  const order = new Uint32Array(sec.length);
  for (let i = 0; i < order.length; i += 1) order[i] = (keys[i] as number) % places;
  return order;
}

function inOrderOfRows(rows: number): Uint32Array {
  const order = new Uint32Array(rows);
  for (let row = 0; row < rows; row += 1) order[row] = row;
  return order;
}
