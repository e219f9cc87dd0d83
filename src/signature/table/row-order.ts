/** Rows by their time; of one time in the order they come in. Rows without a time come last. */
export function inOrderOfTime(sec: Float64Array): Uint32Array {
  const order = Uint32Array.from(sec, (_, row) => row);
  let isSorted = true;
  for (let row = 1; row < sec.length && isSorted; row += 1) isSorted = (sec[row] as number) >= (sec[row - 1] as number);
  if (isSorted) return order;
  return order.sort((a, b) => keyOf(sec[a] as number) - keyOf(sec[b] as number) || a - b);
}

function keyOf(sec: number): number {
  return Number.isNaN(sec) ? Number.MAX_VALUE : sec;
}
