/**
 * The classes a packet is counted in for its target: one small integer each, named by the vector they point to.
 * Ids are those of the vector catalogue; the classifier is src/aggregate/classify.ts. Ports: US-CERT TA14-017A and
 * vendors' advisories, as collected for the catalogue.
 */

export interface TrafficClass {
  readonly id: string;
  readonly name: string;
  /** `flood`: packets of this class are themselves the attack when too many; `carrier`: also what good traffic is made of. */
  readonly kind: 'flood' | 'reflection' | 'illegal' | 'carrier' | 'request';
  /** UDP source port of a reflector, or -1. */
  readonly port: number;
}

const plain = (id: string, name: string, kind: TrafficClass['kind']): TrafficClass => ({ id, name, kind, port: -1 });
const reflector = (port: number, id: string, name: string): TrafficClass => ({
  id,
  name: `${name} amplification`,
  kind: 'reflection',
  port,
});

const PLAIN = [
  plain('ip-other', 'other IP', 'carrier'),
  plain('tcp-syn', 'SYN flood', 'flood'),
  plain('tcp-syn-ecn', 'SYN+ECE+CWR flood', 'flood'),
  plain('tcp-syn-data', 'SYN with payload flood', 'flood'),
  plain('tcp-synack-refl', 'SYN-ACK reflection', 'carrier'),
  plain('tcp-ack', 'ACK flood', 'carrier'),
  plain('tcp-pshack', 'PSH-ACK flood', 'carrier'),
  plain('tcp-rst', 'RST flood', 'carrier'),
  plain('tcp-fin', 'FIN flood', 'carrier'),
  plain('tcp-xmas', 'Xmas flood', 'illegal'),
  plain('tcp-null', 'TCP null flood', 'illegal'),
  plain('tcp-synfin', 'SYN+FIN / SYN+RST flood', 'illegal'),
  plain('tcp-frag', 'TCP fragment flood', 'carrier'),
  plain('udp-rand', 'UDP flood', 'carrier'),
  plain('udp-null', 'empty UDP flood', 'flood'),
  plain('udp-port0', 'UDP port 0 flood', 'illegal'),
  plain('udp-frag', 'UDP fragment flood', 'carrier'),
  plain('icmp-echo', 'ICMP echo flood', 'flood'),
  plain('icmp-refl', 'ICMP echo-reply reflection', 'flood'),
  plain('icmp-unreach', 'ICMP unreachable storm', 'flood'),
  plain('icmp-other', 'other ICMP', 'carrier'),
  plain('gre', 'GRE flood', 'carrier'),
  plain('esp', 'ESP flood', 'carrier'),
  plain('ip-weird', 'unusual IP protocol flood', 'illegal'),
  plain('land', 'LAND (source equals target)', 'illegal'),
  plain('app-http-get', 'HTTP GET flood', 'request'),
  plain('app-http-post', 'HTTP POST flood', 'request'),
  plain('app-tls', 'TLS handshake flood', 'request'),
  plain('app-dns-q', 'DNS query flood', 'request'),
] as const;

const REFLECTORS = [
  reflector(53, 'refl-dns', 'DNS'),
  reflector(123, 'refl-ntp', 'NTP'),
  reflector(1900, 'refl-ssdp', 'SSDP'),
  reflector(11211, 'refl-memcached', 'memcached'),
  reflector(389, 'refl-cldap', 'CLDAP'),
  reflector(161, 'refl-snmp', 'SNMP'),
  reflector(19, 'refl-chargen', 'CharGEN'),
  reflector(17, 'refl-qotd', 'QOTD'),
  reflector(69, 'refl-tftp', 'TFTP'),
  reflector(5353, 'refl-mdns', 'mDNS'),
  reflector(3702, 'refl-wsd', 'WS-Discovery'),
  reflector(3283, 'refl-arms', 'Apple ARMS'),
  reflector(5683, 'refl-coap', 'CoAP'),
  reflector(1194, 'refl-openvpn', 'OpenVPN'),
  reflector(33848, 'refl-jenkins', 'Jenkins discovery'),
  reflector(520, 'refl-ripv1', 'RIPv1'),
  reflector(111, 'refl-portmap', 'Portmap'),
  reflector(137, 'refl-netbios', 'NetBIOS'),
  reflector(427, 'refl-slp', 'SLP'),
  reflector(10074, 'refl-tp240', 'Mitel TP-240'),
  reflector(37810, 'refl-dvr', 'DVR discovery'),
  reflector(47808, 'refl-bacnet', 'BACnet'),
  reflector(500, 'refl-ike', 'IKE'),
  reflector(4500, 'refl-ike', 'IKE NAT-T'),
  reflector(3478, 'refl-stun', 'STUN'),
  reflector(32410, 'refl-plex', 'Plex'),
  reflector(32414, 'refl-plex', 'Plex'),
  reflector(10001, 'refl-ubnt', 'Ubiquiti discovery'),
  reflector(3389, 'refl-rdp', 'RDP'),
  reflector(623, 'refl-ipmi', 'IPMI'),
  reflector(27015, 'refl-steam', 'Steam A2S'),
  reflector(27960, 'refl-quake', 'Quake 3'),
  reflector(1434, 'refl-mssql', 'MSSQL browser'),
  reflector(5093, 'refl-sentinel', 'Sentinel'),
  reflector(177, 'refl-xdmcp', 'XDMCP'),
  reflector(5351, 'refl-natpmp', 'NAT-PMP'),
  reflector(5060, 'refl-valve-sip', 'SIP'),
] as const;

/** Counted by what payloads say: no packet is of this class by its headers. */
const BY_PAYLOAD = [plain('app-slowloris', 'Slowloris', 'request')] as const;

export const TRAFFIC_CLASSES: readonly TrafficClass[] = [...PLAIN, ...REFLECTORS, ...BY_PAYLOAD];
/** Segments that leave a request unfinished. */
export const SLOW_REQUEST = PLAIN.length + REFLECTORS.length;
export const CLASS_COUNT = TRAFFIC_CLASSES.length;

/** Index of the first class with this id. Throws on an unknown one: ids are constants of the program. */
export function classIndex(id: string): number {
  const index = TRAFFIC_CLASSES.findIndex((entry) => entry.id === id);
  if (index < 0) throw new Error(`classIndex: no traffic class "${id}".`);
  return index;
}
