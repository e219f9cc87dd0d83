/**
 * UDP reflection: answers to questions somebody asked in the target's name, known by their source port. Amplification factors: US-CERT TA14-017A
 * and the advisories of those who found them (memory, not read again for 33848, 3478, 5683, 3389, 20 others below 50); lengths: DE-CIX's rules mined from
 * blackholed traffic, StopDDoS' captures. Fragments of the large ones carry no port: see udp-frag.
 */
import type { Predicate } from '../rule.js';
import { eq, oneOf, range, type Vector } from './vector.js';

interface Reflector {
  readonly id: string;
  readonly name: string;
  readonly ports: readonly number[];
  readonly tells: string;
  /** IP lengths that are matched, where questions and small good answers must be left alone. */
  readonly length?: readonly [number, number];
  /** Besides port and length. */
  readonly also?: readonly Predicate[];
  readonly usualLength: readonly [number, number] | null;
  readonly amplification: string;
  /** Good traffic comes from the same port. */
  readonly isUsed?: true;
}

const ANY_LENGTH = 65_535;
const UDP = eq('ip.proto', 17);
/** "HTTP", as SSDP answers begin. */
const HTTP_WORD = 0x48545450;

const REFLECTORS: readonly Reflector[] = [
  {
    id: 'refl-dns',
    name: 'DNS',
    ports: [53],
    tells: 'large answers: ANY, TXT, DNSKEY, RRSIG; EDNS; fragments',
    length: [513, ANY_LENGTH],
    usualLength: [1400, 1500],
    amplification: '28 to 54',
  },
  {
    id: 'refl-ntp',
    name: 'NTP monlist',
    ports: [123],
    tells: 'mode 7, six clients a packet',
    length: [400, 500],
    usualLength: [468, 468],
    amplification: '556.9',
  },
  {
    id: 'refl-ntp6',
    name: 'NTP control',
    ports: [123],
    tells: 'mode 6 readvar',
    length: [100, 399],
    usualLength: [100, 500],
    amplification: '20 to 30',
  },
  {
    id: 'refl-ssdp',
    name: 'SSDP',
    ports: [1900],
    tells: 'HTTP/1.1 200 OK with ST and USN',
    also: [eq('payload.first4', HTTP_WORD)],
    usualLength: [200, 500],
    amplification: '30.8',
  },
  {
    id: 'refl-memcached',
    name: 'memcached',
    ports: [11211],
    tells: 'eight bytes of frame header, then VALUE, STAT or END',
    length: [1001, ANY_LENGTH],
    usualLength: [1400, 1500],
    amplification: '10000 to 51000',
  },
  {
    id: 'refl-cldap',
    name: 'CLDAP',
    ports: [389],
    tells: 'BER searchResEntry with attributes of a root DSE',
    length: [601, ANY_LENGTH],
    usualLength: [1400, 1500],
    amplification: '56 to 70',
  },
  {
    id: 'refl-snmp',
    name: 'SNMP',
    ports: [161],
    tells: 'GetResponse to a bulk question of community "public"',
    usualLength: [54, 1500],
    amplification: '6.3',
  },
  {
    id: 'refl-chargen',
    name: 'CharGEN',
    ports: [19],
    tells: 'printable characters that rotate',
    usualLength: [1400, 1500],
    amplification: '358.8',
  },
  { id: 'refl-qotd', name: 'QOTD', ports: [17], tells: 'a quotation', usualLength: [100, 300], amplification: '140.3' },
  {
    id: 'refl-tftp',
    name: 'TFTP',
    ports: [69],
    tells: 'data or error; most servers answer from another port',
    usualLength: [516, 544],
    amplification: '60',
  },
  {
    id: 'refl-mdns',
    name: 'mDNS',
    ports: [5353],
    tells: 'answers about _services._dns-sd',
    usualLength: [200, 300],
    amplification: '2 to 10',
    isUsed: true,
  },
  {
    id: 'refl-wsd',
    name: 'WS-Discovery',
    ports: [3702],
    tells: 'XML: ProbeMatches or a SOAP fault',
    length: [601, ANY_LENGTH],
    usualLength: [1400, 1500],
    amplification: '10 to 500',
  },
  {
    id: 'refl-arms',
    name: 'Apple ARMS',
    ports: [3283],
    tells: 'two packets, of 1034 and of 32 or 60 bytes',
    length: [1001, ANY_LENGTH],
    usualLength: [1000, 1100],
    amplification: '35.5',
  },
  {
    id: 'refl-coap',
    name: 'CoAP',
    ports: [5683],
    tells: 'version 1, code 2.05, .well-known/core',
    usualLength: [200, 1500],
    amplification: '34',
  },
  {
    id: 'refl-openvpn',
    name: 'OpenVPN',
    ports: [1194],
    tells: 'hard resets sent again and again',
    length: [28, 99],
    usualLength: [28, 100],
    amplification: '5',
  },
  {
    id: 'refl-quic',
    name: 'QUIC',
    ports: [443],
    tells: 'long headers from servers nobody spoke to',
    length: [1201, ANY_LENGTH],
    usualLength: [1200, 1500],
    amplification: '3 (RFC 9000 §8)',
    isUsed: true,
  },
  {
    id: 'refl-jenkins',
    name: 'Jenkins discovery',
    ports: [33848],
    tells: 'XML: hudson',
    usualLength: [200, 500],
    amplification: '3 to 6',
  },
  {
    id: 'refl-bt',
    name: 'BitTorrent',
    ports: [6881],
    tells: 'bencoded answers, uTP headers',
    usualLength: [100, 1500],
    amplification: '3.8',
  },
  {
    id: 'refl-ripv1',
    name: 'RIPv1',
    ports: [520],
    tells: 'command 2, version 1, up to 25 routes',
    usualLength: [100, 532],
    amplification: '131.2',
  },
  {
    id: 'refl-portmap',
    name: 'Portmap',
    ports: [111],
    tells: 'RPC replies to DUMP',
    usualLength: [500, 700],
    amplification: '7 to 28',
  },
  {
    id: 'refl-netbios',
    name: 'NetBIOS name service',
    ports: [137],
    tells: 'NBSTAT responses',
    usualLength: [200, 300],
    amplification: '3.8',
    isUsed: true,
  },
  {
    id: 'refl-slp',
    name: 'SLP',
    ports: [427],
    tells: 'service replies, up to 65 kB in fragments',
    usualLength: [48, 350],
    amplification: 'up to 2200',
  },
  {
    id: 'refl-tp240',
    name: 'Mitel TP-240',
    ports: [10074],
    tells: 'text: counter is at',
    usualLength: [36, 1212],
    amplification: '4 294 967 296 packets a packet',
  },
  {
    id: 'refl-dvr',
    name: 'DVR discovery',
    ports: [37810],
    tells: 'JSON: client.notifyDevInfo',
    usualLength: [700, 900],
    amplification: '24.7',
  },
  {
    id: 'refl-bacnet',
    name: 'BACnet',
    ports: [47808],
    tells: 'BVLC 0x81',
    usualLength: [69, 741],
    amplification: 'low',
  },
  {
    id: 'refl-ike',
    name: 'IKE',
    ports: [500, 4500],
    tells: 'IKE headers, on 4500 behind a zero marker',
    usualLength: [232, 232],
    amplification: '1 to 10',
    isUsed: true,
  },
  {
    id: 'refl-stun',
    name: 'STUN',
    ports: [3478],
    tells: 'magic cookie 0x2112A442',
    usualLength: [100, 200],
    amplification: '2.3',
    isUsed: true,
  },
  {
    id: 'refl-plex',
    name: 'Plex',
    ports: [32410, 32414],
    tells: 'HTTP/1.0 200 OK with Plex headers',
    usualLength: [281, 330],
    amplification: '4.7',
  },
  {
    id: 'refl-ubnt',
    name: 'Ubiquiti discovery',
    ports: [10001],
    tells: '01 00 00, then addresses',
    usualLength: [200, 260],
    amplification: '4 to 35',
  },
  {
    id: 'refl-rdp',
    name: 'RDP over UDP',
    ports: [3389],
    tells: 'SYN-ACKs padded with zeros',
    length: [1001, ANY_LENGTH],
    usualLength: [1260, 1300],
    amplification: '85.9',
  },
  {
    id: 'refl-ipmi',
    name: 'IPMI',
    ports: [623],
    tells: 'RMCP 06 00 ff 07',
    usualLength: [50, 100],
    amplification: '1.1',
  },
  {
    id: 'refl-steam',
    name: 'Steam A2S',
    ports: [27015],
    tells: 'ff ff ff ff, then 49, 44 or 45',
    length: [61, ANY_LENGTH],
    usualLength: [60, 1400],
    amplification: '5.5',
  },
  {
    id: 'refl-quake',
    name: 'Quake 3',
    ports: [27960],
    tells: 'ff ff ff ff statusResponse',
    usualLength: [800, 1400],
    amplification: '63.9',
  },
  {
    id: 'refl-ts',
    name: 'TeamSpeak 3',
    ports: [9987],
    tells: 'TS3INIT1',
    usualLength: [30, 200],
    amplification: '1 to 5',
  },
  {
    id: 'refl-mssql',
    name: 'MSSQL browser',
    ports: [1434],
    tells: '05, a length, ServerName',
    usualLength: [100, 600],
    amplification: '25',
  },
  {
    id: 'refl-dtls',
    name: 'DTLS',
    ports: [443],
    tells: 'content type 22 with a ServerHello',
    also: [oneOf('payload.first4', [0x16fefd00, 0x16feff00])],
    usualLength: [1300, 1500],
    amplification: '37.3',
  },
  { id: 'refl-sentinel', name: 'Sentinel', ports: [5093], tells: '7a', usualLength: [1300, 1500], amplification: '43' },
  { id: 'refl-xdmcp', name: 'XDMCP', ports: [177], tells: 'Willing', usualLength: [50, 100], amplification: '7' },
  { id: 'refl-kad', name: 'Kad', ports: [4672], tells: 'e4 or e5', usualLength: null, amplification: '16.3' },
  {
    id: 'refl-natpmp',
    name: 'NAT-PMP',
    ports: [5351],
    tells: 'version 0, operation 128',
    usualLength: [40, 40],
    amplification: '1 to 2',
  },
  {
    id: 'refl-valve-sip',
    name: 'SIP',
    ports: [5060],
    tells: 'SIP/2.0 answers',
    length: [301, ANY_LENGTH],
    usualLength: [300, 1000],
    amplification: '10',
  },
];

export const REFLECTION_VECTORS: readonly Vector[] = REFLECTORS.map((reflector) => ({
  id: reflector.id,
  name: `${reflector.name} amplification`,
  family: 'udp-reflection',
  tells: `unasked datagrams from port ${reflector.ports.join(' and ')}: ${reflector.tells}`,
  recognise: [predicatesOf(reflector)],
  usualLength: reflector.usualLength,
  amplification: reflector.amplification,
  severity: 2,
  remedies: ['packet-filter', 'upstream', 'rate-limit'],
  needsState: false,
  rateOnly: false,
  nameOnly: reflector.isUsed === true,
}));

function predicatesOf({ ports, length, also = [] }: Reflector): Predicate[] {
  const port = ports.length === 1 ? eq('port.src', ports[0] as number) : oneOf('port.src', ports);
  return [UDP, port, ...(length === undefined ? [] : [range('ip.length', ...length)]), ...also];
}
