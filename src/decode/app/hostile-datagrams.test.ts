/** No decoder of a UDP service reads outside of the payload, or forgets to clear what the datagram before has left. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CldapMessage, decodeCldap } from './cldap.js';
import { decodeMemcached, MemcachedDatagram } from './memcached.js';
import { decodeNtp, NtpPacket } from './ntp.js';
import { decodeSnmp, SnmpMessage } from './snmp.js';
import { decodeSsdp, SsdpMessage } from './ssdp.js';
import { decodeStun, StunMessage } from './stun.js';

type Decode<T> = (bytes: Uint8Array, at: number, end: number, out: T) => number;

interface Service {
  readonly name: string;
  /** One record and decoder; returns everything as plain data, offsets from `at`. */
  readonly run: (bytes: Uint8Array, at: number, end: number, isFresh: boolean) => unknown;
  readonly samples: readonly string[];
}

function service<T extends object>(
  name: string,
  make: () => T,
  decode: Decode<T>,
  samples: readonly string[],
): Service {
  const reused = make();
  return {
    name,
    samples,
    run: (bytes, at, end, isFresh) => {
      const record = isFresh ? make() : reused;
      const status = decode(bytes, at, end, record);
      return [status, JSON.stringify(record, (key, value) => (isOffset(key, value) ? value - at : value))];
    },
  };
}

function isOffset(key: string, value: unknown): value is number {
  return typeof value === 'number' && value > 0 && /^(at|end|\w+At)$/.test(key);
}

const SERVICES: readonly Service[] = [
  service('ntp', () => new NtpPacket(), decodeNtp, [
    '1700032a00000000',
    '160200010000000000000000',
    `23${'00'.repeat(47)}`,
  ]),
  service('stun', () => new StunMessage(), decodeStun, ['000100002112a442000102030405060708090a0b']),
  service('memcached', () => new MemcachedDatagram(), decodeMemcached, [
    '000100000001000073746174730d0a',
    `0001000000010000800a${'00'.repeat(22)}`,
  ]),
  service('snmp', () => new SnmpMessage(), decodeSnmp, [
    '301802010104067075626c6963a20b0201010201010201003000',
    '303d02010330100204207b2f72020240000401040201030410300e040002012a02012a040004000400301404000400a00e0204207b2f720201000201003000',
  ]),
  service('cldap', () => new CldapMessage(), decodeCldap, [
    '3025020101632004000a01000a0100020100020100010100870b6f626a656374636c6173733000',
    '300b020103640604003000',
  ]),
  service('ssdp', () => new SsdpMessage(), decodeSsdp, [
    Buffer.from('HTTP/1.1 200 OK\r\nST: x\r\nSERVER: y\r\n\r\n').toString('hex'),
  ]),
];

describe.each(SERVICES)('$name', ({ run, samples }) => {
  const mutated = fc
    .tuple(fc.constantFrom(...samples), fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 4 }), fc.nat(200))
    .map(([hex, changes, length]) => {
      const bytes = Buffer.from(hex, 'hex');
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
      return bytes.subarray(0, length);
    });

  test('says the same whatever lies around, in a fresh record and a used one', () => {
    fc.assert(
      fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 60 })), (bytes) => {
        const exact = run(Uint8Array.from(bytes), 0, bytes.length, true);
        for (const around of [0x00, 0x30, 0x0a]) {
          const wide = Buffer.alloc(bytes.length + 300, around);
          wide.set(bytes, 7);
          expect(run(wide, 7, 7 + bytes.length, false)).toEqual(exact);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
