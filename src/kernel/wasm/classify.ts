// The class of a packet of TCP or UDP, as src/decode/classify.ts finds it.
import * as Class from '../class-numbers';
import { REFLECTOR_OF_PORT } from '../layout';

const FIN: u32 = 1;
const SYN: u32 = 2;
const RST: u32 = 4;
const PSH: u32 = 8;
const ACK: u32 = 16;
const URG: u32 = 32;
const ECE_CWR: u32 = 192;
/** A SYN longer than this carries data. */
const SYN_DATA_IP_LEN: u32 = 120;
/** The first four bytes of a request line as they lie in memory. */
const GET_WORD: u32 = 0x20544547;
const HEAD_WORD: u32 = 0x44414548;
const POST_WORD: u32 = 0x54534f50;
const PUT_WORD: u32 = 0x20545550;

/** LAND: a packet from its own target, unless it is loopback or the unspecified address, which talk to themselves lawfully. */
// @ts-ignore: decorator
@inline
export function isLand(version: u32, src: v128, dst: v128): bool {
  return i8x16.all_true(i8x16.eq(src, dst)) && !isLawful(version, src);
}

function isLawful(version: u32, src: v128): bool {
  const last = <u32>i32x4.extract_lane(src, 3);
  if (version == 4) return last == 0 || last >>> 24 == 127;
  return last <= 1 && (i32x4.extract_lane(src, 0) | i32x4.extract_lane(src, 1) | i32x4.extract_lane(src, 2)) == 0;
}

/** `flags`: nine bits; `payload..end`: addresses of the segment's data. */
// @ts-ignore: decorator
@inline
export function tcpClass(flags: u32, ipLen: u32, payload: u32, end: u32): u32 {
  if ((flags & SYN) != 0) return synClass(flags, ipLen);
  const control = flags & (FIN | RST | PSH | ACK | URG);
  if ((control & (FIN | RST | URG)) != 0 || control == 0) return unusualClass(control, payload, end);
  const app = appClass(payload, end);
  if (app != 0) return app;
  return (control & PSH) != 0 ? Class.PSH_ACK : Class.ACK;
}

// @ts-ignore: decorator
@inline
function synClass(flags: u32, ipLen: u32): u32 {
  if ((flags & (FIN | RST)) != 0) return Class.SYN_FIN;
  if ((flags & ACK) != 0) return Class.SYN_ACK;
  if (ipLen > SYN_DATA_IP_LEN) return Class.SYN_DATA;
  return (flags & ECE_CWR) == ECE_CWR ? Class.SYN_ECN : Class.SYN;
}

function unusualClass(control: u32, payload: u32, end: u32): u32 {
  if (control == 0) return Class.TCP_NULL;
  if ((control & (FIN | PSH | URG)) == (FIN | PSH | URG)) return Class.XMAS;
  if ((control & RST) != 0) return Class.RST;
  const app = appClass(payload, end);
  if (app != 0) return app;
  if ((control & FIN) != 0) return Class.FIN;
  return (control & PSH) != 0 ? Class.PSH_ACK : Class.ACK;
}

/** A request that starts in this segment, or 0. */
// @ts-ignore: decorator
@inline
function appClass(payload: u32, end: u32): u32 {
  if (payload + 6 > end) return 0;
  const word = load<u32>(payload);
  if (word == GET_WORD || word == HEAD_WORD) return Class.HTTP_GET;
  if (word == POST_WORD || word == PUT_WORD) return Class.HTTP_POST;
  // TLS record: handshake (22), version 3.x, then handshake type ClientHello (1).
  return (word & 0xffff) == 0x0316 && load<u8>(payload, 5) == 1 ? Class.TLS_HELLO : 0;
}

/** `headers`: bytes of the IP header. */
// @ts-ignore: decorator
@inline
export function udpClass(srcPort: u32, dstPort: u32, ipLen: u32, headers: u32): u32 {
  if (srcPort == 0 || dstPort == 0) return Class.UDP_PORT_0;
  const reflector: u32 = load<u8>(srcPort, REFLECTOR_OF_PORT);
  if (reflector != 0 && (srcPort != dstPort || srcPort == 53)) return reflector;
  if (dstPort == 53) return Class.DNS_QUERY;
  return ipLen <= headers + 9 ? Class.UDP_EMPTY : Class.UDP;
}
