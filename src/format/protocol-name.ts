/** Names of numbers in IP and TCP headers. */

/** IP protocol numbers people know by name (IANA). */
const PROTOCOL_NAMES: Readonly<Record<number, string>> = {
  1: 'icmp', 2: 'igmp', 6: 'tcp', 17: 'udp', 47: 'gre', 50: 'esp', 51: 'ah', 58: 'icmpv6', 89: 'ospf', 132: 'sctp',
}; // biome-ignore format: a table

export function protocolName(protocol: number): string {
  return PROTOCOL_NAMES[protocol] ?? `ip ${protocol}`;
}

/** From the lowest bit on. */
const FLAG_NAMES = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR', 'AE'];

/** "SYN ACK"; "none". */
export function tcpFlagNames(bits: number): string {
  const names = FLAG_NAMES.filter((_, i) => ((bits >> i) & 1) === 1);
  return names.length === 0 ? 'none' : names.join(' ');
}
