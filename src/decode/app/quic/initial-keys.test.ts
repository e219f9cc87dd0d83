/** RFC 9001 appendix A.1 and A.2, RFC 9369 appendix A. */
import { describe, expect, test } from 'vitest';
import { concat, hex } from '../../../../test/support/capture-bytes.js';
import { sealInitial } from './initial-bytes.fixture.js';
import { deriveClientKeys, HEADER_KEY_AT, IV_AT, KEYS_BYTES } from './initial-keys.js';
import { LongHeader, looksLikeInitial, PacketKind, readLongHeader } from './long-header.js';
import { openInitial } from './open-initial.js';
import { versionOf } from './quic-versions.js';

const ID = hex('8394c8f03e515708');
const CRYPTO_FRAME = hex(`060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e86804fe3a47f06a2b69484c00000413
  011302010000c000000010000e00000b6578616d706c652e636f6dff01000100000a00080006001d0017001800100007000504616c706e00050005
  0100000000003300260024001d00209370b2c9caa47fbabaf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b0003020304000d001000
  0e0403050306030203080408050806002d00020101001c00024001003900320408ffffffffffffffff05048000ffff07048000ffff080110010480
  0075300901100f088394c8f03e51570806048000ffff`);
const FRAMES = concat(CRYPTO_FRAME, new Uint8Array(1162 - CRYPTO_FRAME.length));

const VECTORS = [
  {
    name: 'version 1',
    version: 1,
    key: '1f369613dd76d5467730efcbe3b1a22d',
    iv: 'fa044b2f42a3fd3b46fb255c',
    headerKey: '9f50449e04a0e810283a1e9933adedd2',
    // Of the protected packet: header and sample, and the tag, which depends on all of it.
    starts: 'c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11d242b123dc9b',
    ends: 'e221af44860018ab0856972e194cd934',
  },
  {
    name: 'version 2',
    version: 0x6b3343cf,
    key: '8b1a0bc121284290a29e0971b5cd045d',
    iv: '91f73e2351d8fa91660e909f',
    headerKey: '45b95e15235d6f45a6b19cbcb0294ba9',
    starts: 'd76b3343cf088394c8f03e5157080000449ea0c95e82ffe67b6abcdb4298b485dd04de806071',
    ends: 'a18b2faa745b6fe189cf772a9f84cbfc',
  },
] as const;

describe.each(VECTORS)('$name', ({ version, key, iv, headerKey, starts, ends }) => {
  const packet = sealInitial({ version, targetId: ID, number: 2, numberBytes: 4, frames: FRAMES });
  const keys = new Uint8Array(KEYS_BYTES);
  deriveClientKeys(versionOf(version)!, ID, keys);
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

  test('keys of the client', () => {
    expect(text(keys.subarray(0, IV_AT))).toBe(key);
    expect(text(keys.subarray(IV_AT, HEADER_KEY_AT))).toBe(iv);
    expect(text(keys.subarray(HEADER_KEY_AT))).toBe(headerKey);
  });

  test('the packet opens to its frames, and only as it is', () => {
    expect(text(packet).startsWith(starts)).toBe(true);
    expect(text(packet).endsWith(ends)).toBe(true);
    expect(packet.length).toBe(1200);
    const header = new LongHeader();
    expect(looksLikeInitial(packet, 0, packet.length)).toBe(true);
    expect(readLongHeader(packet, 0, packet.length, header)).toBe(PacketKind.initial);
    expect(openInitial(packet, header, keys)).toEqual(Buffer.from(FRAMES));
    for (const at of [0, 6, 18, 22, 700, 1199]) {
      const changed = packet.slice();
      changed[at]! ^= 1;
      expect(openInitial(changed, header, keys)).toBeNull();
    }
  });

  test('a Buffer is not written to', () => {
    const buffer = Buffer.from(packet);
    const header = new LongHeader();
    readLongHeader(buffer, 0, buffer.length, header);
    expect(openInitial(buffer, header, keys)).not.toBeNull();
    expect(text(buffer)).toBe(text(packet));
  });
});
