/** JA3: ClientHello as text, and its MD5. github.com/salesforce/ja3 (BSD-3-Clause). */
import { createHash } from 'node:crypto';
import type { ClientHello } from './client-hello.js';
import { isGrease } from './grease.js';

/**
 * `version,ciphers,extensions,groups,point formats`: decimal, in wire order, without GREASE. Where the list of extensions breaks off
 * nothing follows it, as in tshark: no browser sends that, but whoever looks such a tool up finds the same text.
 */
export function ja3Text(hello: ClientHello): string {
  const fields = [
    hello.legacyVersion,
    decimals(hello.ciphers, hello.cipherCount),
    decimals(hello.extensions, hello.extensionCount),
    decimals(hello.groups, hello.groupCount),
    hello.pointFormats.subarray(0, hello.pointFormatCount).join('-'),
  ];
  return fields.slice(0, hello.isListBroken ? 3 : 5).join(',');
}

/** 32 hex digits. */
export function ja3Of(hello: ClientHello): string {
  return createHash('md5').update(ja3Text(hello)).digest('hex');
}

function decimals(list: Uint16Array, count: number): string {
  return list
    .subarray(0, count)
    .filter((value) => !isGrease(value))
    .join('-');
}
