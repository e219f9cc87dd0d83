/** What a table holds, read out in one go into columns that are used again for the next table. */
export class TableEntries {
  count = 0;
  slots = new Int32Array(0);
  packets = new Float64Array(0);
  bytes = new Float64Array(0);

  /** Empty, with room for `count`: 20 bytes each, rounded up to a power of two. */
  reserve(count: number): void {
    this.count = 0;
    if (count <= this.slots.length) return;
    const capacity = 2 ** Math.ceil(Math.log2(count));
    this.slots = new Int32Array(capacity);
    this.packets = new Float64Array(capacity);
    this.bytes = new Float64Array(capacity);
  }

  push(slot: number, packets: number, bytes: number): void {
    const at = this.count;
    this.slots[at] = slot;
    this.packets[at] = packets;
    this.bytes[at] = bytes;
    this.count = at + 1;
  }
}
