/** The extensions of a ClientHello that fingerprints are made of. RFC 8446 §4.2, RFC 6066 §3, RFC 7301 §3.1, RFC 8422 §5.1.2. */
import { u16 } from './byte-order.js';
import type { ClientHello } from './client-hello.js';
import { copyWords, openVector, vector } from './vectors.js';

/** ExtensionType values (IANA). */
export const Extension = {
  serverName: 0,
  supportedGroups: 10,
  pointFormats: 11,
  signatureAlgorithms: 13,
  alpn: 16,
  supportedVersions: 43,
} as const;

const HEADER_BYTES = 4;
const HOST_NAME = 0;
const NAME_HEADER_BYTES = 3;

/**
 * `bytes[at, end)` begins with the length of the list. False when an extension says it is longer than the message: tshark makes
 * no JA3 of that. A list that says so is left out, one that is left in the middle of an extension is read up to it.
 * Of an extension that comes twice the last counts.
 */
export function readExtensions(bytes: Uint8Array, at: number, end: number, out: ClientHello): boolean {
  out.isListBroken = !openVector(bytes, at, end, 2, out);
  if (out.isListBroken) return true;
  const listEnd = vector.end;
  let next = vector.at;
  while (listEnd - next >= HEADER_BYTES) {
    const type = u16(bytes, next);
    if (!openVector(bytes, next + 2, end, 2, out)) return false;
    next = vector.end;
    addType(type, out);
    out.isListBroken = next > listEnd;
    if (!out.isListBroken) readData(type, bytes, vector.at, next, out);
  }
  if (out.isListBroken || next !== end) out.isBroken = true;
  return true;
}

function addType(type: number, out: ClientHello): void {
  if (out.extensionCount === out.extensions.length) {
    out.isCut = true;
    return;
  }
  out.extensions[out.extensionCount] = type;
  out.extensionCount += 1;
}

function readData(type: number, bytes: Uint8Array, at: number, end: number, out: ClientHello): void {
  switch (type) {
    case Extension.serverName:
      out.hasServerName = true;
      readServerName(bytes, at, end, out);
      break;
    case Extension.supportedGroups:
      if (openVector(bytes, at, end, 2, out)) out.groupCount = copyWords(bytes, out.groups, out);
      break;
    case Extension.pointFormats:
      if (openVector(bytes, at, end, 1, out)) readPointFormats(bytes, out);
      break;
    case Extension.signatureAlgorithms:
      if (openVector(bytes, at, end, 2, out))
        out.signatureAlgorithmCount = copyWords(bytes, out.signatureAlgorithms, out);
      break;
    case Extension.alpn:
      if (openVector(bytes, at, end, 2, out)) readProtocols(bytes, out);
      break;
    case Extension.supportedVersions:
      if (openVector(bytes, at, end, 1, out)) out.supportedVersionCount = copyWords(bytes, out.supportedVersions, out);
      break;
  }
}

function readPointFormats(bytes: Uint8Array, out: ClientHello): void {
  out.pointFormatCount = vector.end - vector.at;
  for (let i = 0; i < out.pointFormatCount; i += 1) out.pointFormats[i] = bytes[vector.at + i]!;
}

/** RFC 6066 §3: a list of names with a type each; only host names were ever defined. */
function readServerName(bytes: Uint8Array, at: number, end: number, out: ClientHello): void {
  if (!openVector(bytes, at, end, 2, out)) return;
  const listEnd = vector.end;
  for (let next = vector.at; listEnd - next >= NAME_HEADER_BYTES; next = vector.end) {
    const type = bytes[next]!;
    if (!openVector(bytes, next + 1, listEnd, 2, out)) return;
    if (type !== HOST_NAME) continue;
    out.serverNameAt = vector.at;
    out.serverNameEnd = vector.end;
    return;
  }
}

/** `vector` is the list: names with a length byte each. */
function readProtocols(bytes: Uint8Array, out: ClientHello): void {
  out.alpnListAt = vector.at;
  out.alpnListEnd = vector.end;
  if (vector.at === vector.end || !openVector(bytes, vector.at, vector.end, 1, out)) return;
  out.alpnAt = vector.at;
  out.alpnEnd = vector.end;
  if (vector.at === vector.end) return;
  out.alpnFirstByte = bytes[vector.at]!;
  out.alpnLastByte = bytes[vector.end - 1]!;
}
