/**
 * What a TCP SYN says about the system that sent it, in the text format of p0f v3 (docs/README of p0f, "TCP signatures"):
 *
 *   ver:ittl:olen:mss:wsize,scale:olayout:quirks:pclass      4:64:0:1460:mss*44,7:mss,sok,ts,nop,ws:df,id+:0
 *
 * The values of the packet, not of a database: mss and scale as sent (0 without the option), the initial TTL guessed as 32, 64, 128
 * or 255 (p0f prints the observed one and a distance), so that SYNs of one tool group together however far they came.
 * Where the description leaves room (window rule, order of quirks, broken options) the text is what p0f 3.09b prints.
 */

import { windowText } from './syn-window.js';
import { TcpOptions } from './tcp-options.js';

const IPV4_BYTES = 20;
const IPV6_BYTES = 40;
const TCP_BYTES = 20;

const FIN = 0x01;
const SYN = 0x02;
const RST = 0x04;
const PUSH = 0x08;
const ACK = 0x10;
const URG = 0x20;
/** ECE and CWR; NS lies in the byte before. */
const ECN_FLAGS = 0xc0;
const NONCE = 0x01;

const MORE_FRAGMENTS_OR_OFFSET = 0x3fff;
const DONT_FRAGMENT = 0x4000;
const RESERVED_BIT = 0x8000;

const options = new TcpOptions();
/** Quirks of the packet at hand; emptied for each. */
const quirks: string[] = [];

/**
 * The SYN whose IP header begins at `ipAt` and TCP header at `tcpAt`. Null: no SYN (SYN alone of SYN, ACK, FIN, RST), a fragment,
 * or headers that are not whole before `end`. Makes a string; for SYNs that were picked, not for every packet of a flood.
 */
export function synSignature(bytes: Uint8Array, ipAt: number, tcpAt: number, end: number): string | null {
  if (tcpAt - ipAt < IPV4_BYTES || end - tcpAt < TCP_BYTES) return null;
  const version = bytes[ipAt]! >> 4;
  if (version !== 4 && (version !== 6 || tcpAt - ipAt < IPV6_BYTES)) return null;
  if ((bytes[tcpAt + 13]! & (FIN | SYN | RST | ACK)) !== SYN) return null;
  if (version === 4 && (u16(bytes, ipAt + 6) & MORE_FRAGMENTS_OR_OFFSET) !== 0) return null;
  const headerBytes = (bytes[tcpAt + 12]! >> 4) * 4;
  if (headerBytes < TCP_BYTES || tcpAt + headerBytes > end) return null;
  options.read(bytes, tcpAt + TCP_BYTES, tcpAt + headerBytes);

  const ipBytes = version === 4 ? IPV4_BYTES : IPV6_BYTES;
  const olen = tcpAt - ipAt - ipBytes;
  const window = windowText(u16(bytes, tcpAt + 14), options, version, tcpAt - ipAt + headerBytes);
  const ttl = bytes[ipAt + (version === 4 ? 8 : 7)]!;
  quirks.length = 0;
  if (version === 4) addIpv4Quirks(bytes, ipAt, tcpAt);
  else addIpv6Quirks(bytes, ipAt, tcpAt);
  addTcpQuirks(bytes, tcpAt);
  const payload = hasPayload(bytes, ipAt, tcpAt + headerBytes, version, end) ? '+' : '0';
  return `${version}:${initialTtlOf(ttl)}:${olen}:${options.mss}:${window},${options.scale}:${options.layout}:${quirks.join(',')}:${payload}`;
}

/** The usual initial value at or above an observed one. */
export function initialTtlOf(ttl: number): number {
  return ttl <= 32 ? 32 : ttl <= 64 ? 64 : ttl <= 128 ? 128 : 255;
}

function addIpv4Quirks(bytes: Uint8Array, ipAt: number, tcpAt: number): void {
  const fragment = u16(bytes, ipAt + 6);
  const isIdZero = u16(bytes, ipAt + 4) === 0;
  if ((fragment & DONT_FRAGMENT) !== 0) {
    quirks.push('df');
    if (!isIdZero) quirks.push('id+');
  } else if (isIdZero) quirks.push('id-');
  if (hasEcn(bytes[ipAt + 1]!, bytes, tcpAt)) quirks.push('ecn');
  if ((fragment & RESERVED_BIT) !== 0) quirks.push('0+');
}

function addIpv6Quirks(bytes: Uint8Array, ipAt: number, tcpAt: number): void {
  if (hasEcn(bytes[ipAt + 1]! >> 4, bytes, tcpAt)) quirks.push('ecn');
  if ((bytes[ipAt + 1]! & 0x0f) !== 0 || u16(bytes, ipAt + 2) !== 0) quirks.push('flow');
}

/** Any ECN bit: in the IP header (RFC 3168 §5), among the flags (§6.1), or the nonce (RFC 3540 §9). */
function hasEcn(trafficClass: number, bytes: Uint8Array, tcpAt: number): boolean {
  const flags = bytes[tcpAt + 13]! & ECN_FLAGS;
  return (trafficClass & 3) !== 0 || flags !== 0 || (bytes[tcpAt + 12]! & NONCE) !== 0;
}

function addTcpQuirks(bytes: Uint8Array, tcpAt: number): void {
  const flags = bytes[tcpAt + 13]!;
  if (isZero32(bytes, tcpAt + 4)) quirks.push('seq-');
  // p0f 3.09b tests one bit of the number here ("ack & !(flags & RST)"), and so sees half of those that are not zero.
  if (!isZero32(bytes, tcpAt + 8)) quirks.push('ack+');
  if ((flags & URG) !== 0) quirks.push('urgf+');
  else if (u16(bytes, tcpAt + 18) !== 0) quirks.push('uptr+');
  if ((flags & PUSH) !== 0) quirks.push('pushf+');
  if (options.hasZeroTimestamp) quirks.push('ts1-');
  if (options.hasPeerTimestamp) quirks.push('ts2+');
  if (options.hasTrailingData) quirks.push('opt+');
  if (options.hasExcessiveScale) quirks.push('exws');
  if (options.isBad) quirks.push('bad');
}

/** By the lengths the IP header gives, since the capture may have cut the payload; a length of 0 is that of an offloaded packet. */
function hasPayload(bytes: Uint8Array, ipAt: number, payloadAt: number, version: number, end: number): boolean {
  const ipLen = version === 4 ? u16(bytes, ipAt + 2) : u16(bytes, ipAt + 4) + IPV6_BYTES;
  const isGiven = version === 4 ? ipLen !== 0 : ipLen !== IPV6_BYTES;
  return isGiven ? ipAt + ipLen > payloadAt : end > payloadAt;
}

function isZero32(bytes: Uint8Array, at: number): boolean {
  return (bytes[at]! | bytes[at + 1]! | bytes[at + 2]! | bytes[at + 3]!) === 0;
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}
