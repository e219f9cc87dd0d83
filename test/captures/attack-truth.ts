/**
 * Facts of real attack captures, read off packet dissectors and the notes of those who took them: who was attacked, by what, and what of the
 * capture is not part of it. Checked against the incidents of a report; ids are those of the vector catalogue.
 */

export interface AttackTruth {
  readonly file: string;
  /** Null: what looks like a flood and is none, so there must be no incident. */
  readonly attack: AttackFacts | null;
}

export interface AttackFacts {
  readonly target: string;
  /** Each inner list: one of these must be named. */
  readonly vectors: readonly (readonly string[])[];
  /** What may be named besides. */
  readonly also?: readonly string[];
  /** Packets of the incident: not fewer than are surely attack, not more than are left when the rest is taken off. */
  readonly packets: readonly [least: number, most: number];
  /** Addresses that have nothing to do with it. */
  readonly notSources?: readonly string[];
  /** What the rest would be named. */
  readonly notVectors?: readonly string[];
}

const attack = (file: string, facts: AttackFacts): AttackTruth => ({ file, attack: facts });
const none = (file: string): AttackTruth => ({ file, attack: null });

export const ATTACK_TRUTH: readonly AttackTruth[] = [
  attack('stopddos.pkt.TCP.synflood.spoofed.pcap', {
    target: '10.10.10.10',
    vectors: [['tcp-syn']],
    packets: [19_800, 20_000],
  }),
  attack('stopddos.amp.UDP.isakmp.pcap', { target: '10.10.10.10', vectors: [['refl-ike']], packets: [3900, 3984] }),
  attack('derived.snap60.stopddos.amp.UDP.isakmp.pcap', {
    target: '10.10.10.10',
    vectors: [['refl-ike']],
    packets: [1950, 2000],
  }),
  // Of 4373 packets 294 are errors of ICMP that quote others.
  attack('stopddos.amp.UDP.snmp.src161.pcapng', {
    target: '10.10.10.10',
    vectors: [['refl-snmp']],
    packets: [4030, 4079],
    notVectors: ['icmp-unreach', 'icmp-other', 'udp-rand'],
  }),
  // 532 answers of two hosts to SYNs nobody sent, and 364 SYNs that look like scans or monitoring.
  attack('stopddos.amp.TCP.syn.optionallyACK.optionallysamePort.pcapng', {
    target: '10.10.10.10',
    vectors: [['tcp-synack-refl']],
    packets: [440, 542],
    notSources: ['136.243.174.154', '163.158.248.5'],
    notVectors: ['tcp-syn'],
  }),
  attack('netlyzer.ddos.pcap', {
    target: '227.213.154.241',
    vectors: [['refl-dns']],
    packets: [6600, 6677],
    notVectors: ['icmp-unreach', 'icmp-other', 'refl-netbios'],
  }),
  attack('doup123.udp_flood.pcap', { target: '172.16.1.2', vectors: [['udp-port0']], packets: [9900, 10_000] }),
  // 1000 of its 8000 packets are requests; all of them are the attack's.
  attack('doup123.test.pcap', { target: '172.16.1.2', vectors: [['app-http-get']], packets: [950, 8000] }),
  // 7828 packets of the client; the server's 2916 and the neighbours' are not part of it.
  attack('mabidm.hulk.pcap', {
    target: '192.168.1.2',
    vectors: [['app-http-get']],
    packets: [330, 7828],
    notSources: ['192.168.1.2'],
    notVectors: ['refl-ssdp', 'udp-rand'],
  }),
  attack('ntopng.tcp-flood.pcap', {
    target: '192.168.1.51',
    vectors: [['tcp-syn']],
    packets: [4720, 5252],
    notSources: ['140.82.121.4', '151.101.242.49'],
  }),
  attack('moriakhin.syn_flood.pcap', {
    target: '192.168.1.34',
    vectors: [['tcp-syn']],
    packets: [5750, 5870],
    notSources: ['192.168.1.34'],
    notVectors: ['tcp-rst', 'tcp-synack-refl'],
  }),
  // 609 segments of header lines and 600 acknowledgements; browsing beside them.
  attack('joamontesgi.slowloris_go.pcap', {
    target: '192.168.1.3',
    vectors: [['app-slowloris']],
    packets: [480, 1209],
    notSources: ['192.168.1.3', '192.168.1.1'],
    notVectors: ['app-tls', 'app-http-get'],
  }),
  attack('suri.denial6-5.pcap', {
    target: '2001:db8:1::1',
    vectors: [['icmp-echo']],
    packets: [7900, 8000],
    notVectors: ['icmp-other'],
  }),
  // Echo requests from the group of all nodes to itself: both names are right.
  attack('suri.rsmurf6.pcap', { target: 'ff02::1', vectors: [['icmp-echo', 'land']], packets: [990, 1000] }),
  attack('suri.dhcp-request-flood.test.pcap', {
    target: '255.255.255.255',
    vectors: [['udp-rand']],
    packets: [2970, 3000],
  }),
  attack('suri.tcp-session-syn-flood-drop-precedence.input.pcap', {
    target: '198.51.100.5',
    vectors: [['tcp-syn']],
    packets: [198, 200],
  }),
  attack('lwerdna.teardrop.pcap', { target: '129.111.30.27', vectors: [['teardrop']], packets: [2, 2] }),
  none('suri.kill_router6.pcap'),
  none('tcpdump.ntp-mode7.pcap'),
  none('ndpi.synscan.pcap'),
  none('pcaphunt.ps-tcp_ack.pcap'),
];
