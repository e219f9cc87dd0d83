/** Rows of several samples into one, each with its weight; of more than there is room for each with the same chance. */
import { type PacketRows, PacketSamples } from '../records/packet-samples.js';
import type { TextLookup } from '../records/text-keeper.js';
import { Reservoir } from '../sketch/reservoir.js';

const ROOM = 50_000;
/** So that asking twice gives the same rows. */
const SEED = 1;

export class RowGatherer {
  readonly #samples: PacketSamples;
  readonly #weights: Float64Array;
  readonly #reservoir: Reservoir;
  /** Packets that the rows stand for. */
  packets = 0;

  constructor(readonly room = ROOM) {
    this.#samples = new PacketSamples(room);
    this.#weights = new Float64Array(room);
    this.#reservoir = new Reservoir(room, SEED);
  }

  get count(): number {
    return this.#reservoir.kept;
  }

  add(samples: PacketSamples, row: number, weight: number): void {
    this.packets += weight;
    const at = this.#reservoir.take();
    if (at < 0) return;
    this.#samples.copySample(at, samples, row);
    this.#weights[at] = weight;
  }

  rows(texts: TextLookup): PacketRows {
    const { seen, kept } = this.#reservoir;
    return {
      samples: this.#samples,
      rows: Int32Array.from({ length: kept }, (_, row) => row),
      weights: Float64Array.from({ length: kept }, (_, row) => ((this.#weights[row] as number) * seen) / kept),
      texts,
    };
  }
}
