/** What follows a ClientHello in TLS 1.3: the server's hello, and records nobody but the two can read (RFC 8446 §4.1.3, §5). */
import type { Random } from './random.js';

const HANDSHAKE = 22;
const APPLICATION_DATA = 23;
/** Sent for the sake of old boxes on the way (§D.4). */
const CHANGE_CIPHER_SPEC = [20, 3, 3, 0, 1, 1];
/** Behind record header (5), handshake header (4), version (2), random (32) and its own length (1). */
const SESSION_ID_AT = 44;
const SESSION_ID_BYTES = 32;

const list16 = (body: readonly number[]): number[] => [body.length >> 8, body.length & 255, ...body];

function applicationData(random: Random, bytes: number): number[] {
  return [APPLICATION_DATA, 3, 3, ...list16(random.bytes(bytes))];
}

/** TLS_AES_128_GCM_SHA256 and X25519, then certificate and Finished, encrypted. */
export function serverFlight(random: Random, clientHello: Uint8Array): Uint8Array {
  const sessionId = clientHello.subarray(SESSION_ID_AT, SESSION_ID_AT + SESSION_ID_BYTES);
  const versions = [0, 43, 0, 2, 3, 4];
  const keyShare = [0, 51, 0, 36, 0, 29, 0, 32, ...random.bytes(32)];
  const extensions = list16([...versions, ...keyShare]);
  const hello = [3, 3, ...random.bytes(32), SESSION_ID_BYTES, ...sessionId, 0x13, 0x01, 0, ...extensions];
  const record = [HANDSHAKE, 3, 3, ...list16([2, 0, ...list16(hello)])];
  return Uint8Array.from([...record, ...CHANGE_CIPHER_SPEC, ...applicationData(random, random.between(900, 1150))]);
}

/** Finished, and a request behind it. */
export function clientFlight(random: Random): Uint8Array {
  const finished = applicationData(random, 53);
  return Uint8Array.from([...CHANGE_CIPHER_SPEC, ...finished, ...applicationData(random, random.between(180, 700))]);
}

export function serverAnswer(random: Random): Uint8Array {
  return Uint8Array.from(applicationData(random, random.between(200, 1300)));
}
