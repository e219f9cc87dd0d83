/**
 * JA4, the fingerprint of a TLS client, and its raw and original-order forms. FoxIO's specification, technical_details/JA4.md
 * (BSD-3-Clause, no patent claim). The other methods of JA4+ have another licence and are not here.
 */
import { createHash } from 'node:crypto';
import type { ClientHello } from './client-hello.js';
import { isGrease } from './grease.js';
import { Extension } from './hello-extensions.js';

/** t: TLS over TCP, q: QUIC, d: DTLS. */
export type Ja4Transport = 't' | 'q' | 'd';

const HASH_DIGITS = 12;
/** Instead of the hash of an empty list. */
const NO_HASH = '0'.repeat(HASH_DIGITS);

const VERSION_NAMES: Readonly<Record<number, string>> = {
  2: 's2',
  768: 's3',
  769: '10',
  770: '11',
  771: '12',
  772: '13',
  65279: 'd1',
  65277: 'd2',
  65276: 'd3',
};

/** `compat`: an ALPN that is not ASCII gives 9s, as FoxIO's programs do and their test files have it, not hex digits as the text says. */
export function ja4Of(hello: ClientHello, transport: Ja4Transport, compat: boolean): string {
  const { ciphers, extensions, algorithms } = sortedLists(hello);
  return joined(hello, transport, compat, hashOf(ciphers), hashOfExtensions(extensions, algorithms));
}

/** ja4_r: lists instead of hashes. */
export function ja4Raw(hello: ClientHello, transport: Ja4Transport, compat: boolean): string {
  const { ciphers, extensions, algorithms } = sortedLists(hello);
  return joined(hello, transport, compat, ciphers, withAlgorithms(extensions, algorithms));
}

/** ja4_o: hashes of the lists in wire order, server name and ALPN included. */
export function ja4Original(hello: ClientHello, transport: Ja4Transport, compat: boolean): string {
  const { ciphers, extensions, algorithms } = wireLists(hello);
  return joined(hello, transport, compat, hashOf(ciphers), hashOfExtensions(extensions, algorithms));
}

/** ja4_ro: lists in wire order, server name and ALPN included. */
export function ja4OriginalRaw(hello: ClientHello, transport: Ja4Transport, compat: boolean): string {
  const { ciphers, extensions, algorithms } = wireLists(hello);
  return joined(hello, transport, compat, ciphers, withAlgorithms(extensions, algorithms));
}

interface Lists {
  readonly ciphers: string;
  readonly extensions: string;
  /** Always in wire order. */
  readonly algorithms: string;
}

function wireLists(hello: ClientHello): Lists {
  return {
    ciphers: hexList(known(hello.ciphers, hello.cipherCount)),
    extensions: hexList(known(hello.extensions, hello.extensionCount)),
    algorithms: hexList(known(hello.signatureAlgorithms, hello.signatureAlgorithmCount)),
  };
}

function sortedLists(hello: ClientHello): Lists {
  const hashed = known(hello.extensions, hello.extensionCount).filter(
    (type) => type !== Extension.serverName && type !== Extension.alpn,
  );
  return {
    ciphers: hexList(known(hello.ciphers, hello.cipherCount).sort()),
    extensions: hexList(hashed.sort()),
    algorithms: hexList(known(hello.signatureAlgorithms, hello.signatureAlgorithmCount)),
  };
}

function joined(hello: ClientHello, transport: Ja4Transport, compat: boolean, ciphers: string, rest: string): string {
  return `${firstPart(hello, transport, compat)}_${ciphers}_${rest}`;
}

function firstPart(hello: ClientHello, transport: Ja4Transport, compat: boolean): string {
  const target = hello.hasServerName ? 'd' : 'i';
  const ciphers = twoDigits(countKnown(hello.ciphers, hello.cipherCount));
  const extensions = twoDigits(countKnown(hello.extensions, hello.extensionCount));
  return `${transport}${versionOf(hello)}${target}${ciphers}${extensions}${protocolOf(hello, compat)}`;
}

/** The highest supported version; the record's own version says nothing. Drafts of TLS 1.3 (0x7f..) are higher than it and unknown. */
function versionOf(hello: ClientHello): string {
  const offered = known(hello.supportedVersions, hello.supportedVersionCount);
  const version = offered.length === 0 ? hello.legacyVersion : Math.max(...offered);
  return VERSION_NAMES[version] ?? '00';
}

/** First and last character of the first protocol, or first and last hex digit of it. One character counts twice. */
function protocolOf(hello: ClientHello, compat: boolean): string {
  const { alpnFirstByte: first, alpnLastByte: last } = hello;
  if (first < 0) return '00';
  if (compat) return characterOr9(first) + characterOr9(last);
  if (isAlphanumeric(first) && isAlphanumeric(last)) return String.fromCharCode(first, last);
  return (first >> 4).toString(16) + (last & 0xf).toString(16);
}

/** Bytes that cannot be printed too: a fingerprint is one word. */
function characterOr9(byte: number): string {
  return byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '9';
}

function isAlphanumeric(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}

/** A copy without GREASE. */
function known(list: Uint16Array, count: number): Uint16Array {
  return list.subarray(0, count).filter((value) => !isGrease(value));
}

function countKnown(list: Uint16Array, count: number): number {
  let known = 0;
  for (let i = 0; i < count; i += 1) known += isGrease(list[i]!) ? 0 : 1;
  return known;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Four digits a value. */
function hexList(values: Uint16Array): string {
  let text = '';
  for (const value of values) text += `${text === '' ? '' : ','}${HEX[value >> 8]}${HEX[value & 0xff]}`;
  return text;
}

/** 99 at most. */
function twoDigits(count: number): string {
  return String(Math.min(count, 99)).padStart(2, '0');
}

function withAlgorithms(extensions: string, algorithms: string): string {
  return algorithms === '' ? extensions : `${extensions}_${algorithms}`;
}

function hashOfExtensions(extensions: string, algorithms: string): string {
  return extensions === '' ? NO_HASH : hashOf(withAlgorithms(extensions, algorithms));
}

function hashOf(list: string): string {
  return list === '' ? NO_HASH : createHash('sha256').update(list).digest('hex').slice(0, HASH_DIGITS);
}
