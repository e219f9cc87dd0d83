/** Weight by code of both sides of a column, in arrays that are used again. */
import type { ContrastColumn } from '../contrast.js';

export class ValueCounts {
  attack = new Float64Array(0);
  good = new Float64Array(0);
  /** Rows of the attack window, unweighted. */
  rows = new Uint32Array(0);

  /** Cells 0 (rows without the attribute) to `valueCount` are those of the column afterwards. */
  count(column: ContrastColumn, weights: Float64Array, attackRows: number): void {
    const size = column.valueCount + 1;
    if (this.attack.length < size) {
      this.attack = new Float64Array(size * 2);
      this.good = new Float64Array(size * 2);
      this.rows = new Uint32Array(size * 2);
    }
    const { attack, good, rows } = this;
    attack.fill(0, 0, size);
    good.fill(0, 0, size);
    rows.fill(0, 0, size);
    const { codes } = column;
    for (let row = 0; row < attackRows; row += 1) {
      const code = codes[row] as number;
      attack[code] = (attack[code] as number) + (weights[row] as number);
      rows[code] = (rows[code] as number) + 1;
    }
    for (let row = attackRows; row < codes.length; row += 1) {
      const code = codes[row] as number;
      good[code] = (good[code] as number) + (weights[row] as number);
    }
  }
}
