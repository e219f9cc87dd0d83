/** Default gateways and resolvers as /proc and resolv.conf tell them: what a host cannot lose without losing the net. */
import { endianness } from 'node:os';
import type { Prefix } from '../../format/address.js';
import { parseAddress, parseProcAddress } from './ssh-peers.js';

const RTF_UP = 0x1;
const RTF_GATEWAY = 0x2; // include/uapi/linux/route.h

/** /proc/net/route: Iface Destination Gateway Flags RefCnt Use Metric Mask …, words in the machine's byte order. */
export function parseGateways4(text: string, order = endianness()): Prefix[] {
  const gateways: Prefix[] = [];
  for (const line of text.split('\n').slice(1)) {
    const [, destination, gateway = '', flags = '', , , , mask] = line.trim().split(/\s+/, 8);
    if (destination !== '00000000' || mask !== '00000000' || !isGatewayRoute(flags)) continue;
    const address = parseProcAddress(gateway, order);
    if (address !== null) gateways.push(address);
  }
  return gateways;
}

/** /proc/net/ipv6_route: destination length source length next-hop metric references use flags device, plain hex in network order. */
export function parseGateways6(text: string): Prefix[] {
  const gateways: Prefix[] = [];
  for (const line of text.split('\n')) {
    const [destination, length, , , nextHop = '', , , , flags = ''] = line.trim().split(/\s+/, 9);
    if (!/^0{32}$/.test(destination ?? '') || length !== '00' || !isGatewayRoute(flags)) continue;
    const address = parseProcAddress(nextHop, 'BE');
    if (address !== null) gateways.push(address);
  }
  return gateways;
}

function isGatewayRoute(flags: string): boolean {
  const bits = Number.parseInt(flags, 16);
  return (bits & (RTF_UP | RTF_GATEWAY)) === (RTF_UP | RTF_GATEWAY);
}

/** "nameserver" lines of resolv.conf(5). */
export function parseResolvers(text: string): Prefix[] {
  return text
    .split('\n')
    .map((line) => /^nameserver\s+(\S+)/.exec(line)?.[1])
    .map((address) => (address === undefined ? null : parseAddress(address)))
    .filter((address) => address !== null);
}
