// The class of each row, as src/aggregate/classify.ts finds it.
import { DST, DST_PORT, HAS, ICMP_TYPE, IP_LEN, OUTER, PAYLOAD_AT, PAYLOAD_END, PROTOCOL, SRC, SRC_PORT, TCP_FLAGS, TRAFFIC_CLASS, TRANSPORT, VERSION, WIRE_LEN } from '../../records/batch-layout';
import { HAS_ICMP, HAS_LATER_FRAGMENT, HAS_PAYLOAD, HAS_PORTS, HAS_TCP_FLAGS, IS_ORDINARY, REFLECTOR_OF_PORT } from '../layout';
import * as Class from '../class-numbers';

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

/** Writes the class of each row to TRAFFIC_CLASS and returns the sum of the frame lengths. */
export function classify(batch: u32, rows: u32, count: u32, slab: u32): f64 {
  let bytes: u64 = 0;
  for (let i: u32 = 0; i < count; i += 1) {
    const row = load<u32>(rows + (i << 2));
    bytes += load<u32>(batch + (row << 2), WIRE_LEN);
    store<u8>(batch + row, <u8>classOf(batch, row, slab), TRAFFIC_CLASS);
  }
  return <f64>bytes;
}

// @ts-ignore: decorator
@inline
function classOf(batch: u32, row: u32, slab: u32): u32 {
  const has: u32 = load<u8>(batch + row, OUTER + HAS);
  const transport: u32 = load<u8>(batch + row, OUTER + TRANSPORT);
  if ((has & HAS_LATER_FRAGMENT) != 0) return fragmentClass(load<u8>(batch + row, OUTER + PROTOCOL));
  if (isLand(batch, row)) return Class.LAND;
  if (transport == 6) return (has & HAS_TCP_FLAGS) == 0 ? Class.IP_OTHER : tcpClass(batch, row, has, slab);
  if (transport == 17) return (has & HAS_PORTS) == 0 ? Class.IP_OTHER : udpClass(batch, row);
  if ((has & HAS_ICMP) != 0) return icmpClass(load<u8>(batch + row, OUTER + VERSION), load<u8>(batch + row, OUTER + ICMP_TYPE));
  const protocol: u32 = load<u8>(batch + row, OUTER + PROTOCOL);
  if (protocol == 47) return Class.GRE;
  if (protocol == 50) return Class.ESP;
  return load<u8>(batch + row, OUTER + VERSION) == 4 && load<u8>(protocol, IS_ORDINARY) == 0 ? Class.WEIRD : Class.IP_OTHER;
}

function fragmentClass(protocol: u32): u32 {
  return protocol == 6 ? Class.TCP_FRAGMENT : protocol == 17 || protocol == 44 ? Class.UDP_FRAGMENT : Class.IP_OTHER;
}

// @ts-ignore: decorator
@inline
function isLand(batch: u32, row: u32): bool {
  const src = v128.load(batch + (row << 4), OUTER + SRC);
  return i8x16.all_true(i8x16.eq(src, v128.load(batch + (row << 4), OUTER + DST))) && !isLawful(batch, row, src);
}

/** Loopback and the unspecified address talk to themselves. */
function isLawful(batch: u32, row: u32, src: v128): bool {
  const last = <u32>i32x4.extract_lane(src, 3);
  if (load<u8>(batch + row, OUTER + VERSION) == 4) return last == 0 || last >>> 24 == 127;
  return last <= 1 && (i32x4.extract_lane(src, 0) | i32x4.extract_lane(src, 1) | i32x4.extract_lane(src, 2)) == 0;
}

// @ts-ignore: decorator
@inline
function tcpClass(batch: u32, row: u32, has: u32, slab: u32): u32 {
  const flags = <u32>load<u16>(batch + (row << 1), OUTER + TCP_FLAGS) & 0xff;
  if ((flags & SYN) != 0) {
    if ((flags & (FIN | RST)) != 0) return Class.SYN_FIN;
    if ((flags & ACK) != 0) return Class.SYN_ACK;
    if (load<u32>(batch + (row << 2), OUTER + IP_LEN) > SYN_DATA_IP_LEN) return Class.SYN_DATA;
    return (flags & ECE_CWR) == ECE_CWR ? Class.SYN_ECN : Class.SYN;
  }
  const control = flags & (FIN | RST | PSH | ACK | URG);
  if (control == 0) return Class.TCP_NULL;
  if ((control & (FIN | PSH | URG)) == (FIN | PSH | URG)) return Class.XMAS;
  if ((control & RST) != 0) return Class.RST;
  const app = (has & HAS_PAYLOAD) == 0 ? 0 : appClass(batch, row, slab);
  if (app != 0) return app;
  if ((control & FIN) != 0) return Class.FIN;
  return (control & PSH) != 0 ? Class.PSH_ACK : Class.ACK;
}

/** A request that starts in this segment, or 0. */
// @ts-ignore: decorator
@inline
function appClass(batch: u32, row: u32, slab: u32): u32 {
  const at = load<u32>(batch + (row << 2), PAYLOAD_AT);
  if (<i32>(load<u32>(batch + (row << 2), PAYLOAD_END) - at) < 6) return 0;
  const word = load<u32>(slab + at);
  if (word == GET_WORD || word == HEAD_WORD) return Class.HTTP_GET;
  if (word == POST_WORD || word == PUT_WORD) return Class.HTTP_POST;
  // TLS record: handshake (22), version 3.x, then handshake type ClientHello (1).
  return (word & 0xffff) == 0x0316 && load<u8>(slab + at, 5) == 1 ? Class.TLS_HELLO : 0;
}

// @ts-ignore: decorator
@inline
function udpClass(batch: u32, row: u32): u32 {
  const srcPort: u32 = load<u16>(batch + (row << 1), OUTER + SRC_PORT);
  const dstPort: u32 = load<u16>(batch + (row << 1), OUTER + DST_PORT);
  if (srcPort == 0 || dstPort == 0) return Class.UDP_PORT_0;
  const reflector: u32 = load<u8>(srcPort, REFLECTOR_OF_PORT);
  if (reflector != 0 && (srcPort != dstPort || srcPort == 53)) return reflector;
  if (dstPort == 53) return Class.DNS_QUERY;
  const headers: u32 = load<u8>(batch + row, OUTER + VERSION) == 4 ? 20 : 40;
  return load<u32>(batch + (row << 2), OUTER + IP_LEN) <= headers + 9 ? Class.UDP_EMPTY : Class.UDP;
}

function icmpClass(version: u32, type: u32): u32 {
  if (version == 4) {
    return type == 8 ? Class.ICMP_ECHO : type == 0 ? Class.ICMP_REPLY : type == 3 ? Class.ICMP_UNREACHABLE : Class.ICMP_OTHER;
  }
  return type == 128 ? Class.ICMP_ECHO : type == 129 ? Class.ICMP_REPLY : type == 1 ? Class.ICMP_UNREACHABLE : Class.ICMP_OTHER;
}
