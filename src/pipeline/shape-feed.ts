/** What the shape trigger sees: the sampled rows of a second that ends, and the segments of slow clients as they come. */

import type { RequestTraits } from '../aggregate/request-traits.js';
import { type Samples, visitAll } from '../aggregate/sampled-rows.js';
import type { RequestHead } from '../decode/app/http/request-head.js';
import type { ClientHello } from '../decode/app/tls/client-hello.js';
import type { ShapeTrigger } from '../detect/shape/shape-trigger.js';
import { PSH_ACK } from '../kernel/class-numbers.js';
import type { HelloTransport, MessagePlace } from '../layer7/layer7-sink.js';
import type { TargetSlot, TickSlots } from '../records/target-slot.js';
import { SLOW_REQUEST } from '../records/traffic-class.js';
import type { TargetJudge } from './target-judge.js';

/** Targets of slow clients told apart in a tick. */
const MOST_TARGETS = 64;

interface SlowParts {
  readonly version: 4 | 6;
  readonly words: Int32Array;
  packets: number;
  bytes: number;
}

export class ShapeFeed {
  /** Of the running tick. */
  #slow: SlowParts[] = [];

  /** Null: requests are not looked at. */
  judge: TargetJudge | null = null;

  constructor(
    readonly trigger: ShapeTrigger,
    readonly traits: RequestTraits,
  ) {}

  /** Second `sec` is over, or the source is. */
  endSecond(samples: Samples, sec: number): void {
    const { trigger } = this;
    visitAll(samples, sec, sec + 1, (rows, row) => trigger.noteSender(rows, row, sec));
    visitAll(samples, sec, sec + 1, (rows, row, weight) => trigger.addRow(rows, row, sec, weight));
    trigger.endSecond(sec, this.judge === null ? null : (target) => this.judge?.disguised(target, sec + 1) ?? null);
  }

  request(head: RequestHead, bytes: Uint8Array, place: MessagePlace): void {
    this.traits.request(head, bytes, place);
  }

  hello(hello: ClientHello, transport: HelloTransport, place: MessagePlace): void {
    this.traits.hello(hello, transport, place);
  }

  headerLines(place: MessagePlace): void {
    this.slowPart(place);
  }

  slowPart({ batch, columns, row, messages }: MessagePlace): void {
    const version = columns.version[row] as 4 | 6;
    const { src, dst, srcPort } = columns;
    const sec = batch.sec[row] as number;
    this.trigger.addSlowPart(version, src, dst, row * 4, srcPort[row] as number, sec, messages);
    const at = row * 4;
    const isIt = ({ words }: SlowParts) =>
      words[3] === dst[at + 3] && words[0] === dst[at] && words[1] === dst[at + 1] && words[2] === dst[at + 2];
    let parts = this.#slow.find(isIt);
    if (parts === undefined) {
      if (this.#slow.length >= MOST_TARGETS) return;
      parts = { version, words: dst.slice(at, at + 4), packets: 0, bytes: 0 };
      this.#slow.push(parts);
    }
    parts.packets += messages;
    parts.bytes += (batch.wireLen[row] as number) * messages;
  }

  /** The slots of a tick with the segments of slow clients as what they are. */
  refine(slots: TickSlots): TickSlots {
    if (this.#slow.length === 0) return slots;
    const slow = this.#slow;
    this.#slow = [];
    return { ...slots, hosts: slots.hosts.map((slot) => refined(slot, slow)) };
  }

  clear(): void {
    this.#slow = [];
    this.trigger.clear();
    this.judge?.clear();
  }
}

function refined(slot: TargetSlot, slow: readonly SlowParts[]): TargetSlot {
  const parts = slow.find(
    ({ version, words }) => version === slot.version && words.every((word, i) => word === slot.words[i]),
  );
  const at = slot.classes.indexOf(PSH_ACK);
  if (parts === undefined || at < 0) return slot;
  const packets = Math.min(parts.packets, slot.classPackets[at] as number);
  const bytes = Math.min(parts.bytes, slot.classBytes[at] as number);
  const without = (of: readonly number[], less: number) => of.map((value, i) => (i === at ? value - less : value));
  return {
    ...slot,
    classes: [...slot.classes, SLOW_REQUEST],
    classPackets: [...without(slot.classPackets, packets), packets],
    classBytes: [...without(slot.classBytes, bytes), bytes],
  };
}
