/** A ClientHello of a stack, asking for a host: TLS record and handshake (RFC 8446 §4.1.2), bytes as the wire has them. */
import type { HelloShape } from './hello-shapes.js';
import type { Random } from './random.js';

const encoder = new TextEncoder();

const u16 = (value: number): number[] => [value >> 8, value & 255];
const list16 = (body: readonly number[]): number[] => [...u16(body.length), ...body];

const X25519 = 29;
const HYBRID = 0x11ec;
/** ML-KEM-768 key of 1184 bytes and an X25519 one (draft-ietf-tls-ecdhe-mlkem). */
const HYBRID_BYTES = 1216;
/** What RFC 8701 keeps free: 0x0a0a, 0x1a1a ... */
const greaseValue = (random: Random): number => random.between(0, 15) * 0x1010 + 0x0a0a;

export function clientHello(random: Random, shape: HelloShape, host: string): Uint8Array {
  const grease = shape.hasGrease ? [greaseValue(random)] : [];
  const types = shape.mixesExtensions ? shuffled(random, shape.extensions) : shape.extensions;
  const body = types.flatMap((type) => extension(type, extensionBody(random, type, shape, host)));
  const extensions = shape.hasGrease
    ? [...extension(greaseValue(random), []), ...body, ...extension(greaseValue(random), [0])]
    : body;
  const ciphers = [...grease, ...shape.ciphers].flatMap(u16);
  const hello = [
    3, 3, ...random.bytes(32), 32, ...random.bytes(32), ...list16(ciphers), 1, 0, ...list16(extensions),
  ]; // biome-ignore format: fields in wire order
  const handshake = [1, 0, ...list16(hello)];
  return Uint8Array.from([22, 3, 1, ...list16(handshake)]);
}

function extension(type: number, body: readonly number[]): number[] {
  return [...u16(type), ...list16(body)];
}

/** Fisher and Yates. */
function shuffled(random: Random, values: readonly number[]): number[] {
  const mixed = [...values];
  for (let i = mixed.length - 1; i > 0; i -= 1) {
    const j = random.between(0, i);
    [mixed[i], mixed[j]] = [mixed[j] as number, mixed[i] as number];
  }
  return mixed;
}

function extensionBody(random: Random, type: number, shape: HelloShape, host: string): number[] {
  const grease = shape.hasGrease ? u16(greaseValue(random)) : [];
  switch (type) {
    case 0: // server_name, RFC 6066 §3
      return list16([0, ...list16([...encoder.encode(host)])]);
    case 5: // status_request: OCSP
      return [1, 0, 0, 0, 0];
    case 10: // supported_groups
      return list16([...grease, ...shape.groups.flatMap(u16)]);
    case 11: // ec_point_formats: uncompressed
      return [1, 0];
    case 13: // signature_algorithms
      return list16(shape.algorithms.flatMap(u16));
    case 16: // ALPN, RFC 7301 §3.1
      return list16(shape.alpn.flatMap((name) => [name.length, ...encoder.encode(name)]));
    case 21: // padding
      return new Array<number>(random.between(20, 60)).fill(0);
    case 27: // compress_certificate: brotli
      return [2, 0, 2];
    case 28: // record_size_limit
      return [0x40, 1];
    case 34: // delegated_credentials
      return list16([4, 3, 5, 3, 6, 3, 2, 3]);
    case 43: // supported_versions: 1.3, 1.2
      return [grease.length + 4, ...grease, 3, 4, 3, 3];
    case 45: // psk_key_exchange_modes
      return [1, 1];
    case 51:
      return list16([...(grease.length > 0 ? [...grease, 0, 1, 0] : []), ...keyShares(random, shape)]);
    case 0x44cd: // application_settings: h2
      return list16([2, 104, 50]);
    case 0xfe0d: // encrypted_client_hello, of no use to anybody but to be there: outer, HKDF-SHA256, AES-128-GCM
      return [0, 0, 1, 0, 1, random.between(0, 255), ...list16(random.bytes(32)), ...list16(random.bytes(144))];
    case 0xff01: // renegotiation_info
      return [0];
    default: // announced without a word: extended master secret, ticket, encrypt-then-MAC...
      return [];
  }
}

function keyShares(random: Random, { hasHybridKey }: HelloShape): number[] {
  const classic = [...u16(X25519), ...list16(random.bytes(32))];
  return hasHybridKey ? [...u16(HYBRID), ...list16(random.bytes(HYBRID_BYTES)), ...classic] : classic;
}
