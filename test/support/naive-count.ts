/** Slow and obviously correct: counts packets in Maps, in the shape of the report. The oracle for the decoder and for the tables. */
import { formatAddress } from '../../src/format/address.js';
import { Has, type HeaderColumns, type PacketBatch } from '../../src/records/packet-batch.js';
import type { Layer, ReportFacts, Top } from '../captures/report-facts.js';

const FRAGMENT = Has.firstFragment | Has.laterFragment | Has.atomicFragment;

class Counter {
  readonly #sums = new Map<string, { packets: number; bytes: number }>();

  add(key: string, bytes: number): void {
    const sum = this.#sums.get(key) ?? { packets: 0, bytes: 0 };
    this.#sums.set(key, { packets: sum.packets + 1, bytes: sum.bytes + bytes });
  }

  top(size: number): Top {
    const entries = [...this.#sums].map(([key, sum]) => ({ key, ...sum }));
    return {
      distinct: entries.length,
      byPackets: entries.toSorted((a, b) => b.packets - a.packets || (a.key < b.key ? -1 : 1)).slice(0, size),
      byBytes: entries.toSorted((a, b) => b.bytes - a.bytes || (a.key < b.key ? -1 : 1)).slice(0, size),
    };
  }
}

class LayerCounter {
  readonly #sources = new Counter();
  readonly #targets = new Counter();
  readonly #sourcePorts = new Counter();
  readonly #targetPorts = new Counter();
  readonly #protocols = new Counter();
  readonly #tcpFlags = new Counter();
  readonly #ttls = new Counter();
  #fragments = 0;

  add(header: HeaderColumns, row: number, bytes: number): void {
    const version = header.version[row]!;
    const has = header.has[row]!;
    this.#sources.add(addressAt(version, header.src, row), bytes);
    this.#targets.add(addressAt(version, header.dst, row), bytes);
    this.#protocols.add(`${version}/${header.protocol[row]}`, bytes);
    if (has & Has.ports) {
      this.#sourcePorts.add(String(header.srcPort[row]), bytes);
      this.#targetPorts.add(String(header.dstPort[row]), bytes);
    }
    if (has & Has.tcpFlags) this.#tcpFlags.add(`0x${header.tcpFlags[row]!.toString(16).padStart(3, '0')}`, bytes);
    if (has & Has.ttl) this.#ttls.add(String(header.ttl[row]), bytes);
    if (has & FRAGMENT) this.#fragments += 1;
  }

  layer(size: number): Layer {
    return {
      sources: this.#sources.top(size),
      targets: this.#targets.top(size),
      sourcePorts: this.#sourcePorts.top(size),
      targetPorts: this.#targetPorts.top(size),
      protocols: this.#protocols.top(size),
      tcpFlags: this.#tcpFlags.top(size),
      ttls: this.#ttls.top(size),
      fragments: this.#fragments,
    };
  }
}

function addressAt(version: number, words: Int32Array, row: number): string {
  const [w0, w1, w2, w3] = words.subarray(row * 4, row * 4 + 4) as unknown as [number, number, number, number];
  return formatAddress(version, w0, w1, w2, w3);
}

export class NaiveCount {
  #packets = 0;
  #bytesOnWire = 0;
  #bytesCaptured = 0;
  #firstTime: string | null = null;
  #lastTime: string | null = null;
  #tunnelled = 0;
  readonly #ipVersions = { '4': 0, '6': 0, none: 0 };
  readonly #outer = new LayerCounter();
  readonly #inner = new LayerCounter();
  readonly #frameLengths = new Counter();

  add(batch: PacketBatch): void {
    for (let row = 0; row < batch.count; row += 1) {
      const bytes = batch.wireLen[row]!;
      this.#packets += 1;
      this.#bytesOnWire += bytes;
      this.#bytesCaptured += batch.capLen[row]!;
      if (!Number.isNaN(batch.sec[row]))
        this.#lastTime = `${batch.sec[row]}.${String(batch.nsec[row]).padStart(9, '0')}`;
      this.#firstTime ??= this.#lastTime;
      this.#frameLengths.add(String(bytes), bytes);
      const version = batch.outer.version[row]!;
      this.#ipVersions[version === 4 ? '4' : version === 6 ? '6' : 'none'] += 1;
      if (version === 0) continue;
      this.#outer.add(batch.outer, row, bytes);
      this.#inner.add(batch.tunnelled[row] ? batch.inner : batch.outer, row, bytes);
      this.#tunnelled += batch.tunnelled[row]!;
    }
  }

  /** `size`: entries a list keeps. */
  facts(size: number, error: ReportFacts['error'] = null): ReportFacts {
    return {
      packets: this.#packets,
      bytesOnWire: this.#bytesOnWire,
      bytesCaptured: this.#bytesCaptured,
      firstTime: this.#firstTime,
      lastTime: this.#lastTime,
      ipVersions: { ...this.#ipVersions },
      counters: { tunnelled: this.#tunnelled },
      error,
      outer: this.#outer.layer(size),
      inner: this.#inner.layer(size),
      frameLengths: this.#frameLengths.top(size),
    };
  }
}
