/** Real attacks whose packets can be told apart by a filter, as their publishers and a look with tshark say; see the captures' attacks.md. */

export interface AttackCase {
  /** In the folder of captures. */
  readonly file: string;
  /** pcap-filter: what was sent to the target, attack or not. */
  readonly toTarget: string;
  /** pcap-filter: what of it is attack. */
  readonly attack: string;
}

const of = (file: string, toTarget: string, attack = toTarget): AttackCase => ({ file, toTarget, attack });

/** Every attack of the folder that has at least 200 packets in its first half; smaller ones are refused by design. */
export const ATTACK_CASES: readonly AttackCase[] = [
  of('stopddos.pkt.TCP.synflood.spoofed.pcap', 'dst host 10.10.10.10'),
  of('stopddos.amp.UDP.isakmp.pcap', 'dst host 10.10.10.10'),
  // ICMP errors are companions of the reflection, not the vector.
  of('stopddos.amp.UDP.snmp.src161.pcapng', 'dst host 10.10.10.10', 'dst host 10.10.10.10 and udp src port 161'),
  of('stopddos.amp.TCP.syn.optionallyACK.optionallysamePort.pcapng', 'dst host 10.10.10.10'),
  of('netlyzer.ddos.pcap', 'dst host 227.213.154.241', 'dst host 227.213.154.241 and udp src port 53'),
  of('doup123.udp_flood.pcap', 'dst host 172.16.1.2'),
  of('doup123.test.pcap', 'dst host 172.16.1.2'),
  of('mabidm.hulk.pcap', 'dst host 192.168.1.2', 'dst host 192.168.1.2 and src host 192.168.20.3'),
  of('ntopng.tcp-flood.pcap', 'dst host 192.168.1.51', 'dst host 192.168.1.51 and src host 192.168.1.58'),
  of(
    'moriakhin.syn_flood.pcap',
    'dst host 192.168.1.34',
    'dst host 192.168.1.34 and src host 192.168.1.52 and tcp[13] & 2 != 0',
  ),
  of('joamontesgi.slowloris_go.pcap', 'dst host 192.168.1.3', 'dst host 192.168.1.3 and src host 192.168.1.5'),
  of('suri.denial6-5.pcap', 'dst host 2001:db8:1::1', 'dst host 2001:db8:1::1 and src host 2001:db8:1::2'),
  of('suri.rsmurf6.pcap', 'dst host ff02::1'),
  of('suri.dhcp-request-flood.test.pcap', 'dst host 255.255.255.255'),
  of('ndpi.synscan.pcap', 'dst host 64.13.134.52'),
  of('pcaphunt.ps-tcp_ack.pcap', 'src host 10.0.0.135', 'src host 10.0.0.135 and tcp[13] = 16'),
];

/** Good traffic, by the manifest's category. */
export const GOOD_CATEGORY = 'benign';
