/** Captures with known content: a small mixed one, and a spoofed SYN flood of any size, both seeded. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { parseIpv4 } from '../../src/format/address.js';
import { NO_BYTES, PacketBuilder, TCP } from '../../src/scenario/packet-builder.js';
import { Random } from '../../src/scenario/random.js';
import { hex, pcapHeader, pcapRecord } from './capture-bytes.js';

/** 2026-02-03 13:47:05 UTC. */
export const CAPTURE_START_SEC = 1_770_126_425;
export const FLOOD_TARGET = '203.0.113.7';
const FLOOD_RATE = 50_000;
const SMALL_FRAMES = 4000;
const RECORD_HEADER_LEN = 16;
const CHUNK_BYTES = 1 << 20;

/** Classic pcap records, little-endian, microseconds. */
class PcapChunk {
  readonly bytes = Buffer.alloc(CHUNK_BYTES);
  used = 0;

  get isFull(): boolean {
    return this.used + RECORD_HEADER_LEN + 2048 > CHUNK_BYTES;
  }

  add(sec: number, frame: Uint8Array): void {
    const whole = Math.floor(sec);
    const { bytes, used } = this;
    bytes.writeUInt32LE(whole, used);
    bytes.writeUInt32LE(Math.min(999_999, Math.round((sec - whole) * 1e6)), used + 4);
    bytes.writeUInt32LE(frame.length, used + 8);
    bytes.writeUInt32LE(frame.length, used + 12);
    bytes.set(frame, used + RECORD_HEADER_LEN);
    this.used += RECORD_HEADER_LEN + frame.length;
  }
}

/** Two seconds of TCP, UDP and IPv6 from some hundred sources to four targets: 4000 frames, about 500 kB. */
export function smallCapture(): Uint8Array {
  const random = new Random(7);
  const builder = new PacketBuilder();
  const chunk = new PcapChunk();
  const host6 = hex('20010db8 000a0000 00000000 00000010');
  const target6 = hex('20010db8 000f0000 00000000 00000010');
  for (let i = 0; i < SMALL_FRAMES; i += 1) {
    const sec = CAPTURE_START_SEC + (i * 2) / SMALL_FRAMES;
    const host = parseIpv4(`198.51.100.${random.between(1, 250)}`) ?? 0;
    const target = parseIpv4(`203.0.113.${random.between(1, 4)}`) ?? 0;
    const ip = { src: host, dst: target, ttl: random.pick([52, 61, 118]), id: i, df: true };
    const payload = new Uint8Array(random.between(0, 120));
    if (i % 5 === 0) chunk.add(sec, builder.udp({ ...ip, src: host6, dst: target6 }, 40_000, 53, payload));
    else if (i % 2 === 0) chunk.add(sec, builder.udp(ip, random.between(1024, 65_535), 53, payload));
    else chunk.add(sec, builder.tcp(ip, tcpTo(443, random), payload));
  }
  return Buffer.concat([pcapHeader(), chunk.bytes.subarray(0, chunk.used)]);
}

/** One record of a classic capture: a datagram from `source` to a target of smallCapture. */
export function recordOf(sec: number, source: string): Uint8Array {
  const ip = { src: parseIpv4(source) ?? 0, dst: parseIpv4('203.0.113.1') ?? 0, ttl: 60, id: 1, df: true };
  const bytes = new PacketBuilder().udp(ip, 40_000, 9, new Uint8Array(64));
  const whole = Math.floor(sec);
  return pcapRecord({ bytes, time: [whole, Math.round((sec - whole) * 1e6)] });
}

/** Writes a SYN flood of `packets` frames, each from a random address, at 50 000 a second to one target. */
export function writeSynFlood(path: string, packets: number): void {
  const random = new Random(11);
  const builder = new PacketBuilder();
  const dst = parseIpv4(FLOOD_TARGET) ?? 0;
  const file = openSync(path, 'w', 0o600);
  try {
    writeSync(file, pcapHeader());
    const chunk = new PcapChunk();
    for (let i = 0; i < packets; i += 1) {
      const ip = { src: random.word32(), dst, ttl: random.between(40, 250), id: i & 0xffff, df: false };
      chunk.add(CAPTURE_START_SEC + i / FLOOD_RATE, builder.tcp(ip, tcpTo(443, random), NO_BYTES));
      if (!chunk.isFull && i !== packets - 1) continue;
      writeSync(file, chunk.bytes, 0, chunk.used);
      chunk.used = 0;
    }
  } finally {
    closeSync(file);
  }
}

function tcpTo(dstPort: number, random: Random) {
  const srcPort = random.between(1024, 65_535);
  return { srcPort, dstPort, seq: random.word32(), ack: 0, flags: TCP.syn, window: 512, options: NO_BYTES };
}
