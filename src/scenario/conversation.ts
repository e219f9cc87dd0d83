/** One TCP connection as both ends see it: sequence numbers, segments and round trips follow from what is said. */
import { type IpFields, NO_BYTES, type PacketBuilder, TCP } from './packet-builder.js';
import type { Random } from './random.js';
import type { Schedule } from './schedule.js';

export type Side = 'client' | 'server';

/** Of a segment on an Ethernet path, IPv6 and timestamps allowed for: 1500 - 40 - 32. */
const SEGMENT_BYTES = 1428;
/** Between segments sent at once: 1428 bytes at 1 Gbit/s. */
const SEGMENT_SEC = 12e-6;
const SERVER_WINDOW = 28_960;

export interface ConversationInput {
  readonly random: Random;
  readonly builder: PacketBuilder;
  readonly schedule: Schedule;
  readonly ip: (isReply: boolean) => IpFields;
  readonly clientPort: number;
  readonly serverPort: number;
  readonly clientWindow: number;
  readonly synOptions: Uint8Array;
  readonly startSec: number;
}

export class Conversation {
  readonly #input: ConversationInput;
  readonly #roundTripSec: number;
  readonly #seq: Record<Side, number>;
  #sec: number;

  constructor(input: ConversationInput) {
    const { random } = input;
    this.#input = input;
    this.#roundTripSec = 0.008 + random.next() * 0.09;
    this.#seq = { client: random.word32(), server: random.word32() };
    this.#sec = input.startSec;
  }

  open(): void {
    const { synOptions } = this.#input;
    this.#send('client', TCP.syn, NO_BYTES, synOptions);
    this.#send('server', TCP.syn | TCP.ack, NO_BYTES, synOptions);
    this.#send('client', TCP.ack, NO_BYTES);
  }

  /** `payload` in as many segments as it takes, and half a round trip for it to arrive. */
  say(side: Side, payload: Uint8Array): void {
    for (let at = 0; at < payload.length; at += SEGMENT_BYTES) {
      const isLast = at + SEGMENT_BYTES >= payload.length;
      const flags = isLast ? TCP.psh | TCP.ack : TCP.ack;
      this.#send(side, flags, payload.subarray(at, at + SEGMENT_BYTES), NO_BYTES, isLast ? null : SEGMENT_SEC);
    }
  }

  acknowledge(): void {
    this.#send('client', TCP.ack, NO_BYTES);
  }

  wait(sec: number): void {
    this.#sec += sec;
  }

  close(): void {
    this.#send('client', TCP.fin | TCP.ack, NO_BYTES);
    this.#send('server', TCP.fin | TCP.ack, NO_BYTES);
    this.acknowledge();
  }

  /** `thenSec` null: the next one comes when this has arrived. */
  #send(side: Side, flags: number, payload: Uint8Array, options = NO_BYTES, thenSec: number | null = null): void {
    const { builder, schedule, ip, clientPort, serverPort, clientWindow } = this.#input;
    const isReply = side === 'server';
    const seq = this.#seq[side];
    this.#seq[side] += payload.length + (flags & (TCP.syn | TCP.fin) ? 1 : 0);
    const fields = {
      srcPort: isReply ? serverPort : clientPort,
      dstPort: isReply ? clientPort : serverPort,
      seq,
      ack: flags & TCP.ack ? this.#seq[isReply ? 'client' : 'server'] : 0,
      flags,
      window: isReply ? SERVER_WINDOW : clientWindow,
      options,
    };
    const header = ip(isReply);
    schedule.add(this.#sec, () => builder.tcp(header, fields, payload));
    this.#sec += thenSec ?? this.#roundTripSec / 2;
  }
}
