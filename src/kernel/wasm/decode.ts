// The shortcut of src/decode/common-frames.ts, row for row, and the class of each packet: Ethernet II with at most one VLAN tag, IPv4 without options or
// fragments or IPv6 without extension headers, then complete TCP or UDP that is no tunnel.
import { AT, CAP_LEN, DST, DST_PORT, HAS, ICMP_CODE, ICMP_TYPE, IP_LEN, LINK_TYPE, NETWORK_AT, NON_IP, OUTER, PAYLOAD_AT, PAYLOAD_END, PROTOCOL, REST_ROWS, SRC, SRC_PORT, STATUS, TCP_FLAGS, TCP_WINDOW, TRAFFIC_CLASS, TRANSPORT, TRANSPORT_AT, TTL, TUNNELLED, VERSION } from '../../records/batch-layout';
import * as Class from '../class-numbers';
import { RESULT } from '../layout';
import { isLand, tcpClass, udpClass } from './classify';
import { HAS_PAYLOAD, HAS_PORTS, HAS_TCP_FLAGS, HAS_TTL } from '../layout';

const ETHERNET: u32 = 1;
const ETHERNET_BYTES: u32 = 14;
const VLAN_BYTES: u32 = 4;
/** EtherTypes as they lie in memory. */
const VLAN: u32 = 0x0081;
const SERVICE_VLAN: u32 = 0xa888;
const IPV4: u32 = 0x0008;
const IPV6: u32 = 0xdd86;
const TCP: u32 = 6;
const UDP: u32 = 17;
const TCP_BYTES: u32 = 20;
const UDP_BYTES: u32 = 8;
const V4_BYTES: u32 = 20;
const V6_BYTES: u32 = 40;

// @ts-ignore: decorator
@inline
function u16be(at: u32): u32 {
  return <u32>bswap<u16>(load<u16>(at));
}

// @ts-ignore: decorator
@inline
function u32be(at: u32): u32 {
  return bswap<u32>(load<u32>(at));
}

/** The four words of an IPv6 address, each turned to the host's order. */
// @ts-ignore: decorator
@inline
function words(at: u32): v128 {
  return i8x16.swizzle(v128.load(at), i8x16(3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12));
}

/** Fields of six bits, the lowest and the highest, that the ports of isTunnelPort have. One port in 36 of all has both. */
const TUNNEL_LOW_BITS: u64 = 0xc460092011050802;
const TUNNEL_HIGH_BITS: u64 = 0x100000087e;

// @ts-ignore: decorator
@inline
function hasTunnelBits(port: u32): u64 {
  return (TUNNEL_LOW_BITS >> <u64>port) & (TUNNEL_HIGH_BITS >> <u64>(port >> 10));
}

/** The ports of tunnelOfPort in src/decode/tunnel/udp-tunnel.ts. Which of two decides is told there; here either is left to it. */
function isTunnelPort(port: u32): bool {
  const lanes = i16x8.splat(<i16>port);
  const first = i16x8.eq(lanes, i16x8(1701, 2123, 2152, 2268, 3386, 3544, 4341, 4342));
  const second = i16x8.eq(lanes, i16x8(4754, 4789, 4790, 5072, 5247, 6081, 6635, 12222));
  return v128.any_true(v128.or(first, second)) || port == 37008;
}

// @ts-ignore: decorator
@inline
function mayBeTunnel(srcPort: u32, dstPort: u32): bool {
  return ((hasTunnelBits(srcPort) | hasTunnelBits(dstPort)) & 1) != 0 && (isTunnelPort(srcPort) || isTunnelPort(dstPort));
}

/** Decodes rows 0..count, writes the numbers of those it leaves to REST_ROWS and returns how many those are. RESULT: rows of IPv6 among the others. */
export function decodeCommon(batch: u32, count: u32, slab: u32): u32 {
  memory.fill(batch + STATUS, 0, count);
  memory.fill(batch + NON_IP, 0, count);
  memory.fill(batch + TUNNELLED, 0, count);
  memory.fill(batch + OUTER + ICMP_TYPE, 0, count);
  memory.fill(batch + OUTER + ICMP_CODE, 0, count);
  let v6: u32 = 0;
  let rest: u32 = 0;
  for (let row: u32 = 0; row < count; row += 1) {
    // Taken back when the frame turns out to be a common one.
    store<u32>(batch + (rest << 2), row, REST_ROWS);
    rest += 1;
    const at = slab + load<u32>(batch + (row << 2), AT);
    const end = at + load<u32>(batch + (row << 2), CAP_LEN);
    if (load<u16>(batch + (row << 1), LINK_TYPE) != ETHERNET || end - at < ETHERNET_BYTES + VLAN_BYTES) continue;
    let etherType: u32 = load<u16>(at, 12);
    let ipAt = at + ETHERNET_BYTES;
    if (etherType == VLAN || etherType == SERVICE_VLAN) {
      etherType = load<u16>(at, 16);
      ipAt += VLAN_BYTES;
    }
    let transportAt: u32;
    let length: u32;
    let number: u32;
    let hops: u32;
    let version: u32;
    let src: v128;
    let dst: v128;
    if (etherType == IPV4) {
      transportAt = ipAt + V4_BYTES;
      // Version 4, header of five words; neither offset nor "more fragments".
      if (transportAt + UDP_BYTES > end || load<u8>(ipAt) != 0x45 || (load<u16>(ipAt, 6) & 0xff3f) != 0) continue;
      length = u16be(ipAt + 2);
      hops = load<u8>(ipAt, 8);
      number = load<u8>(ipAt, 9);
      version = 4;
      src = i32x4.replace_lane(i32x4(0, 0, 0xffff, 0), 3, u32be(ipAt + 12));
      dst = i32x4.replace_lane(i32x4(0, 0, 0xffff, 0), 3, u32be(ipAt + 16));
    } else if (etherType == IPV6) {
      transportAt = ipAt + V6_BYTES;
      if (transportAt + UDP_BYTES > end || load<u8>(ipAt) >> 4 != 6) continue;
      length = u16be(ipAt + 4) + V6_BYTES;
      number = load<u8>(ipAt, 6);
      hops = load<u8>(ipAt, 7);
      version = 6;
      src = words(ipAt + 8);
      dst = words(ipAt + 24);
    } else continue;
    const ipEnd = min<u32>(ipAt + length, end);
    const ports = u32be(transportAt);
    let flags: u32 = 0;
    let window: u32 = 0;
    let has: u32 = HAS_TTL | HAS_PORTS | HAS_PAYLOAD;
    let trafficClass: u32;
    let payloadAt: u32;
    let payloadEnd = ipEnd;
    if (number == TCP) {
      if (transportAt + TCP_BYTES > ipEnd) continue;
      const word = u32be(transportAt + 12);
      payloadAt = transportAt + ((word >>> 28) << 2);
      if (payloadAt < transportAt + TCP_BYTES || payloadAt > ipEnd) continue;
      flags = (word >>> 16) & 0x1ff;
      window = word & 0xffff;
      has = HAS_TTL | HAS_PORTS | HAS_TCP_FLAGS | HAS_PAYLOAD;
      trafficClass = tcpClass(flags, length, payloadAt, ipEnd);
    } else if (number == UDP) {
      const udpLength = u16be(transportAt + 4);
      if (transportAt + UDP_BYTES > ipEnd || udpLength < UDP_BYTES) continue;
      if (mayBeTunnel(ports >>> 16, ports & 0xffff)) continue;
      payloadAt = transportAt + UDP_BYTES;
      payloadEnd = min<u32>(transportAt + udpLength, ipEnd);
      trafficClass = udpClass(ports >>> 16, ports & 0xffff, length, transportAt - ipAt);
    } else continue;
    if (isLand(version, src, dst)) trafficClass = Class.LAND;
    rest -= 1;
    store<u8>(batch + row, <u8>trafficClass, TRAFFIC_CLASS);
    v6 += (version >>> 1) & 1;
    store<u32>(batch + (row << 2), ipAt - slab, NETWORK_AT);
    store<u32>(batch + (row << 2), transportAt - slab, TRANSPORT_AT);
    store<u32>(batch + (row << 2), payloadAt - slab, PAYLOAD_AT);
    store<u32>(batch + (row << 2), payloadEnd - slab, PAYLOAD_END);
    v128.store(batch + (row << 4), src, OUTER + SRC);
    v128.store(batch + (row << 4), dst, OUTER + DST);
    store<u32>(batch + (row << 2), length, OUTER + IP_LEN);
    store<u16>(batch + (row << 1), <u16>(ports >>> 16), OUTER + SRC_PORT);
    store<u16>(batch + (row << 1), <u16>ports, OUTER + DST_PORT);
    store<u16>(batch + (row << 1), <u16>flags, OUTER + TCP_FLAGS);
    store<u16>(batch + (row << 1), <u16>window, OUTER + TCP_WINDOW);
    store<u8>(batch + row, <u8>version, OUTER + VERSION);
    store<u8>(batch + row, <u8>number, OUTER + PROTOCOL);
    store<u8>(batch + row, <u8>number, OUTER + TRANSPORT);
    store<u8>(batch + row, <u8>hops, OUTER + TTL);
    store<u8>(batch + row, <u8>has, OUTER + HAS);
  }
  store<f64>(RESULT, <f64>v6);
  return rest;
}
