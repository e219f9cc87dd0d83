/** Captures whose report rightly differs from the ground truth, each with the reason. Keyed by file name. */
const TSHARK_REFUSES = 'tshark 4.0 refuses the link type, so the truth has no packets; we count them as tcpdump does';

export const KNOWN_EXCEPTIONS: ReadonlyMap<string, string> = new Map([
  ['tcpdump.brcm-tag.pcap', `${TSHARK_REFUSES} (281)`],
  ['tcpdump.brcm-tag-prepend.pcap', `${TSHARK_REFUSES} (282)`],
  ['tcpdump.dsa-high-vid.pcap', `${TSHARK_REFUSES} (284)`],
  ['tcpdump.edsa.pcap', `${TSHARK_REFUSES} (285)`],
  ['tcpdump.frf16_magic_ie-oobr.pcap', `${TSHARK_REFUSES} (182)`],
  ['tcpdump.juniper_es_oobr.pcap', `${TSHARK_REFUSES} (132 with frame check sequence bits)`],
  ['tcpdump.vtp_asan.pcap', `${TSHARK_REFUSES} (182)`],
  ['tcpdump.vtp_asan-2.pcap', `${TSHARK_REFUSES} (182)`],
  [
    'tcpdump.atm-heapoverflow.pcap',
    'tshark takes the 4-byte SunATM pseudo-header off the frame length; the record says 262144',
  ],
  [
    'tcpdump.ipv6_frag6_negative_len.pcap',
    'the IPv6 payload length is 0, so no fragment header belongs to the packet; tshark names it before it fails to read it',
  ],
  [
    'ndpi.fuzz-2021-10-13.pcap',
    'a damaged fraction of 1 882 137 472 ns: we carry the surplus into the seconds, tshark prints ten digits behind the point',
  ],
  [
    'zeek.cisco-fabric-path.pcap',
    'tshark takes the last 4 bytes of every FabricPath frame for a frame check sequence, here the end of the IPv6 target address',
  ],
  [
    'zeek.ipv4-internally-truncated-header.pcap',
    'the snap length cut the IPv4 options; tshark looks there for a source route before it shows the target, which is in the captured bytes',
  ],
]);
