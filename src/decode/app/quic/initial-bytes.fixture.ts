/** Protected Initial packets for tests, sealed the way a client does it. */
import { createCipheriv } from 'node:crypto';
import { concat, u16s } from '../tls/hello-bytes.fixture.js';
import { deriveClientKeys, HEADER_KEY_AT, IV_AT, KEYS_BYTES } from './initial-keys.js';
import { versionOf } from './quic-versions.js';

export interface InitialParts {
  readonly version?: number;
  readonly targetId: Uint8Array;
  readonly sourceId?: Uint8Array;
  readonly token?: Uint8Array;
  readonly number?: number;
  readonly numberBytes?: 1 | 2 | 3 | 4;
  readonly frames: Uint8Array;
  /** What the keys are made of; `targetId` unless said. */
  readonly keyId?: Uint8Array;
}

function u32(value: number): Uint8Array {
  return u16s(Math.floor(value / 0x1_0000), value % 0x1_0000);
}

/** An integer of 1, 2 or 4 bytes. RFC 9000 §16. */
export function integer(value: number, bytes = value < 64 ? 1 : value < 16_384 ? 2 : 4): Uint8Array {
  if (bytes === 1) return Uint8Array.of(value);
  return bytes === 2 ? u16s(0x4000 | value) : u32(0x8000_0000 + value);
}

export function cryptoFrame(offset: number, data: Uint8Array, type = 6): Uint8Array {
  return concat(Uint8Array.of(type), integer(offset), integer(data.length), data);
}

export function sealInitial({
  version = 1,
  targetId,
  sourceId = new Uint8Array(0),
  token = new Uint8Array(0),
  number = 0,
  numberBytes = 1,
  frames,
  keyId = targetId,
}: InitialParts): Uint8Array {
  const known = versionOf(version)!;
  const keys = new Uint8Array(KEYS_BYTES);
  deriveClientKeys(known, keyId, keys);
  const numberField = u32(number).subarray(4 - numberBytes);
  const header = concat(
    Uint8Array.of(0xc0 | (known.initialType << 4) | (numberBytes - 1)),
    u32(version),
    Uint8Array.of(targetId.length),
    targetId,
    Uint8Array.of(sourceId.length),
    sourceId,
    integer(token.length),
    token,
    integer(numberBytes + frames.length + 16, 2),
    numberField,
  );
  const nonce = keys.slice(IV_AT, HEADER_KEY_AT);
  for (const [i, byte] of numberField.entries()) nonce[nonce.length - numberBytes + i]! ^= byte;
  const cipher = createCipheriv('aes-128-gcm', keys.subarray(0, IV_AT), nonce);
  cipher.setAAD(header);
  const body = concat(cipher.update(frames), cipher.final(), cipher.getAuthTag());
  return protectHeader(concat(header, body), header.length - numberBytes, numberBytes, keys.subarray(HEADER_KEY_AT));
}

function protectHeader(packet: Uint8Array, numberAt: number, numberBytes: number, key: Uint8Array): Uint8Array {
  const mask = createCipheriv('aes-128-ecb', key, null).update(packet.subarray(numberAt + 4, numberAt + 20));
  packet[0]! ^= mask[0]! & 0x0f;
  for (let i = 0; i < numberBytes; i += 1) packet[numberAt + i]! ^= mask[1 + i]!;
  return packet;
}
