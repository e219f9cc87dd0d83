/** What protects the client's Initial packets: keys from the connection ID it chose for the server. RFC 9001 §5.1, §5.2; RFC 5869. */
import { createHmac } from 'node:crypto';
import type { QuicVersion } from './quic-versions.js';

const KEY_BYTES = 16;
const IV_BYTES = 12;
/** AEAD key, IV and header protection key, in this order. */
export const KEYS_BYTES = KEY_BYTES + IV_BYTES + KEY_BYTES;
export const IV_AT = KEY_BYTES;
export const HEADER_KEY_AT = KEY_BYTES + IV_BYTES;

const SECRET_BYTES = 32;

/** HkdfLabel (RFC 8446 §7.1) with an empty context, and the counter of HKDF-Expand's first block: no output here needs a second. */
function label(name: string, bytes: number): Buffer {
  const text = `tls13 ${name}`;
  return Buffer.from([0, bytes, text.length, ...Buffer.from(text), 0, 1]);
}

const CLIENT = label('client in', SECRET_BYTES);
const LABELS = {
  'quic ': [label('quic key', KEY_BYTES), label('quic iv', IV_BYTES), label('quic hp', KEY_BYTES)],
  'quicv2 ': [label('quicv2 key', KEY_BYTES), label('quicv2 iv', IV_BYTES), label('quicv2 hp', KEY_BYTES)],
} as const;

/** `connectionId`: the first the client sent. Five HMACs, 12 to 16 µs (a shared Xeon); one-shot hashes instead save a seventh of it. */
export function deriveClientKeys(version: QuicVersion, connectionId: Uint8Array, out: Uint8Array): void {
  const secret = hmac(hmac(version.salt, connectionId), CLIENT);
  const [key, iv, headerKey] = LABELS[version.labelPrefix];
  out.set(hmac(secret, key).subarray(0, KEY_BYTES));
  out.set(hmac(secret, iv).subarray(0, IV_BYTES), IV_AT);
  out.set(hmac(secret, headerKey).subarray(0, KEY_BYTES), HEADER_KEY_AT);
}

function hmac(key: Uint8Array, data: Uint8Array): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
