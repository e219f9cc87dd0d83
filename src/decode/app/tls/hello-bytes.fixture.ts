/** ClientHellos for tests, made from their parts, and the records and streams around them. */
import { ClientHello, parseClientHello } from './client-hello.js';

export interface HelloParts {
  readonly version?: number;
  readonly sessionId?: Uint8Array;
  /** DTLS only. */
  readonly cookie?: Uint8Array;
  readonly ciphers?: readonly number[];
  /** Undefined: not even a length, as SSL 3.0 and TLS 1.0 allow. */
  readonly extensions?: readonly Uint8Array[] | undefined;
}

/** 00 01 02 to 1f. */
export const RANDOM = Uint8Array.from({ length: 32 }, (_, i) => i);

export const concat = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

export function u16s(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values.flatMap((value) => [value >> 8, value & 0xff]));
}

/** With its length in front, of one or two bytes. */
export function vector(lengthBytes: 1 | 2, data: Uint8Array): Uint8Array {
  return concat(lengthBytes === 1 ? Uint8Array.of(data.length) : u16s(data.length), data);
}

export function extension(type: number, data: Uint8Array = new Uint8Array(0)): Uint8Array {
  return concat(u16s(type), vector(2, data));
}

export const serverName = (name: string): Uint8Array =>
  extension(0, vector(2, concat(Uint8Array.of(0), vector(2, Buffer.from(name)))));
export const groups = (...list: readonly number[]): Uint8Array => extension(10, vector(2, u16s(...list)));
export const pointFormats = (...list: readonly number[]): Uint8Array => extension(11, vector(1, Uint8Array.from(list)));
export const algorithms = (...list: readonly number[]): Uint8Array => extension(13, vector(2, u16s(...list)));
export const versions = (...list: readonly number[]): Uint8Array => extension(43, vector(1, u16s(...list)));
export const alpn = (...names: readonly (string | Uint8Array)[]): Uint8Array =>
  extension(16, vector(2, concat(...names.map((name) => vector(1, Buffer.from(name))))));

/** The handshake body. */
export function helloBody({
  version = 0x0303,
  sessionId = new Uint8Array(0),
  cookie,
  ciphers = [0x1301],
  extensions,
}: HelloParts = {}): Uint8Array {
  return concat(
    u16s(version),
    RANDOM,
    vector(1, sessionId),
    cookie === undefined ? new Uint8Array(0) : vector(1, cookie),
    vector(2, u16s(...ciphers)),
    vector(1, Uint8Array.of(0)),
    extensions === undefined ? new Uint8Array(0) : vector(2, concat(...extensions)),
  );
}

/** With its handshake header. */
export function message(body: Uint8Array, type = 1): Uint8Array {
  return concat(Uint8Array.of(type, body.length >> 16), u16s(body.length & 0xffff), body);
}

export function record(data: Uint8Array, type = 22, version = 0x0301): Uint8Array {
  return concat(Uint8Array.of(type), u16s(version), vector(2, data));
}

/** The message in records of at most `size` bytes. */
export function records(data: Uint8Array, size: number): Uint8Array {
  const count = Math.ceil(data.length / size);
  return concat(...Array.from({ length: count }, (_, i) => record(data.slice(i * size, (i + 1) * size))));
}

/** Parsed; the buffer ends where the hello does. Throws when it is malformed. */
export function parsed(parts: HelloParts): ClientHello {
  const hello = new ClientHello();
  const bytes = helloBody(parts);
  if (parseClientHello(bytes, 0, bytes.length, hello, parts.cookie !== undefined) !== 0) throw new Error('malformed');
  return hello;
}

/** The fields of a hello as plain values. */
export function plain(hello: ClientHello) {
  const text = (at: number, end: number) => Buffer.from(hello.bytes.subarray(at, end)).toString('latin1');
  return {
    legacyVersion: hello.legacyVersion,
    random: Buffer.from(hello.bytes.subarray(hello.randomAt, hello.randomAt + 32)).toString('hex'),
    ciphers: [...hello.ciphers.subarray(0, hello.cipherCount)],
    extensions: [...hello.extensions.subarray(0, hello.extensionCount)],
    groups: [...hello.groups.subarray(0, hello.groupCount)],
    pointFormats: [...hello.pointFormats.subarray(0, hello.pointFormatCount)],
    signatureAlgorithms: [...hello.signatureAlgorithms.subarray(0, hello.signatureAlgorithmCount)],
    supportedVersions: [...hello.supportedVersions.subarray(0, hello.supportedVersionCount)],
    hasServerName: hello.hasServerName,
    serverName: text(hello.serverNameAt, hello.serverNameEnd),
    alpn: text(hello.alpnAt, hello.alpnEnd),
    alpnList: text(hello.alpnListAt, hello.alpnListEnd),
    isCut: hello.isCut,
    isBroken: hello.isBroken,
    isListBroken: hello.isListBroken,
  };
}
