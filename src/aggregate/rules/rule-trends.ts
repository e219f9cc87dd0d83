/** pps of the newest polls of many rules: one row of floats a rule, one column a poll for all of them, so a poll that failed is a gap in every row. */

export const TREND_POLLS = 60;
/** 1024 rules × 60 polls × 4 B = 240 KiB; 20 000 rules 4.7 MiB. */
const CHUNK = 1024;

export class RuleTrends {
  readonly #chunks: Float32Array[] = [];
  readonly #free: number[] = [];
  #made = 0;
  #poll = 0;

  /** A new column; what nobody writes into stays a gap. */
  nextPoll(): void {
    this.#poll += 1;
    const column = this.#poll % TREND_POLLS;
    for (const chunk of this.#chunks)
      for (let at = column; at < chunk.length; at += TREND_POLLS) chunk[at] = Number.NaN;
  }

  /** A row that begins with this poll. */
  open(): { readonly slot: number; readonly sincePoll: number } {
    const slot = this.#free.pop() ?? this.#grown();
    const { chunk, at } = this.#rowOf(slot);
    chunk.fill(Number.NaN, at, at + TREND_POLLS);
    return { slot, sincePoll: this.#poll };
  }

  close(slot: number): void {
    this.#free.push(slot);
  }

  write(slot: number, pps: number | null): void {
    const { chunk, at } = this.#rowOf(slot);
    chunk[at + (this.#poll % TREND_POLLS)] = pps ?? Number.NaN;
  }

  /** Oldest first. */
  read(slot: number, sincePoll: number): (number | null)[] {
    const { chunk, at } = this.#rowOf(slot);
    const values: (number | null)[] = [];
    for (let poll = Math.max(sincePoll, this.#poll - TREND_POLLS + 1); poll <= this.#poll; poll += 1) {
      const value = chunk[at + (poll % TREND_POLLS)] as number;
      values.push(Number.isNaN(value) ? null : value);
    }
    return values;
  }

  #grown(): number {
    if (this.#made % CHUNK === 0) this.#chunks.push(new Float32Array(CHUNK * TREND_POLLS));
    this.#made += 1;
    return this.#made - 1;
  }

  #rowOf(slot: number): { readonly chunk: Float32Array; readonly at: number } {
    return { chunk: this.#chunks[Math.floor(slot / CHUNK)] as Float32Array, at: (slot % CHUNK) * TREND_POLLS };
  }
}
