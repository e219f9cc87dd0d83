/** Flow and network numbers as the table makes them → 0, 1, 2... in the order of their first row. */
import { mix32 } from '../../sketch/hash.js';

export interface DenseIds {
  /** One a row. */
  readonly ids: Uint32Array;
  readonly count: number;
}

export function denseIds(numbers: Uint32Array, from = 0, to: number = numbers.length): DenseIds {
  const ids = new Uint32Array(to - from);
  const places = new Int32Array(2 ** Math.ceil(Math.log2(2 * (to - from) + 2)));
  const first = new Uint32Array(to - from);
  let count = 0;
  for (let row = from; row < to; row += 1) {
    const key = numbers[row] as number;
    let at = mix32(key) & (places.length - 1);
    // 0 is free, otherwise id + 1; at most half is taken, so there is always a free place.
    while (places[at] !== 0 && first[(places[at] as number) - 1] !== key) at = (at + 1) & (places.length - 1);
    if (places[at] === 0) {
      first[count] = key;
      count += 1;
      places[at] = count;
    }
    ids[row - from] = (places[at] as number) - 1;
  }
  return { ids, count };
}
