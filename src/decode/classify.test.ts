import { describe, expect, test } from 'vitest';
import { inBatches, type TestFrame, tcpFrame, udpFrame } from '../../test/support/frames.js';
import { decodeBatch } from '../decode/decode-batch.js';
import { PacketBatch } from '../records/packet-batch.js';
import { TRAFFIC_CLASSES } from '../records/traffic-class.js';
import { classOf } from './classify.js';

function idOf(frame: TestFrame): string {
  const packets = new PacketBatch(1);
  inBatches([frame], 1, (batch) => decodeBatch(batch, packets));
  return TRAFFIC_CLASSES[classOf(packets, packets.outer, 0)]!.id;
}

const text = (value: string) => new TextEncoder().encode(value);

describe('each class by its simplest packet', () => {
  test.each([
    ['tcp-syn', tcpFrame(0, { flags: 2 })],
    ['tcp-syn-ecn', tcpFrame(0, { flags: 0xc2 })],
    ['tcp-syn-data', tcpFrame(0, { flags: 2, payload: new Uint8Array(600) })],
    ['tcp-synack-refl', tcpFrame(0, { flags: 0x12 })],
    ['tcp-ack', tcpFrame(0, { flags: 0x10 })],
    ['tcp-pshack', tcpFrame(0, { flags: 0x18, payload: text('hello world') })],
    ['tcp-rst', tcpFrame(0, { flags: 4 })],
    ['tcp-rst', tcpFrame(0, { flags: 0x14 })],
    ['tcp-fin', tcpFrame(0, { flags: 0x11 })],
    ['tcp-xmas', tcpFrame(0, { flags: 0x29 })],
    ['tcp-null', tcpFrame(0, { flags: 0 })],
    ['tcp-synfin', tcpFrame(0, { flags: 3 })],
    ['app-http-get', tcpFrame(0, { flags: 0x18, payload: text('GET / HTTP/1.1\r\n\r\n') })],
    ['app-http-get', tcpFrame(0, { flags: 0x18, payload: text('HEAD / HTTP/1.1\r\n\r\n') })],
    ['app-http-post', tcpFrame(0, { flags: 0x18, payload: text('POST / HTTP/1.1\r\n\r\n') })],
    ['app-tls', tcpFrame(0, { flags: 0x18, payload: Uint8Array.of(22, 3, 1, 2, 0, 1, 0, 1, 252) })],
    ['tcp-pshack', tcpFrame(0, { flags: 0x18, payload: Uint8Array.of(22, 3, 1, 2, 0, 2, 0, 1, 252) })],
    ['udp-rand', udpFrame(0)],
    ['udp-null', udpFrame(0, { payload: new Uint8Array(0) })],
    ['udp-port0', udpFrame(0, { dstPort: 0 })],
    ['refl-dns', udpFrame(0, { srcPort: 53 })],
    ['refl-ntp', udpFrame(0, { srcPort: 123 })],
    ['udp-rand', udpFrame(0, { srcPort: 123, dstPort: 123 })],
    ['refl-memcached', udpFrame(0, { srcPort: 11_211 })],
    ['app-dns-q', udpFrame(0, { dstPort: 53 })],
    ['land', udpFrame(0, { src: '203.0.113.10' })],
    ['udp-rand', udpFrame(0, { src: '127.0.0.1', dst: '127.0.0.1' })],
  ])('%s', (id, frame) => expect(idOf(frame)).toBe(id));
});
