/** Captures whose report rightly differs from the ground truth, each with the field that differs first and the reason. Keyed by file name. */
const TSHARK_REFUSES = 'tshark 4.0 refuses the link type, so the truth has no packets; we count them as tcpdump does';

export interface KnownException {
  /** The first field that differs; another one is a new difference and not excused. */
  readonly field: string;
  readonly reason: string;
}

const refused = (linkType: string): KnownException => ({ field: 'packets', reason: `${TSHARK_REFUSES} (${linkType})` });

export const KNOWN_EXCEPTIONS: ReadonlyMap<string, KnownException> = new Map([
  ['tcpdump.brcm-tag.pcap', refused('281')],
  ['tcpdump.brcm-tag-prepend.pcap', refused('282')],
  ['tcpdump.dsa-high-vid.pcap', refused('284')],
  ['tcpdump.edsa.pcap', refused('285')],
  ['tcpdump.frf16_magic_ie-oobr.pcap', refused('182')],
  ['tcpdump.juniper_es_oobr.pcap', refused('132 with frame check sequence bits')],
  ['tcpdump.vtp_asan.pcap', refused('182')],
  ['tcpdump.vtp_asan-2.pcap', refused('182')],
  [
    'tcpdump.atm-heapoverflow.pcap',
    {
      field: 'bytesOnWire',
      reason: 'tshark takes the 4-byte SunATM pseudo-header off the frame length; the record says 262144',
    },
  ],
  [
    'tcpdump.ipv6_frag6_negative_len.pcap',
    {
      field: 'outer.fragments',
      reason:
        'the IPv6 payload length is 0, so no fragment header belongs to the packet; tshark names it before it fails to read it',
    },
  ],
  [
    'ndpi.fuzz-2021-10-13.pcap',
    {
      field: 'firstTime',
      reason:
        'a damaged fraction of 1 882 137 472 ns: we carry the surplus into the seconds, tshark prints ten digits behind the point',
    },
  ],
  [
    'zeek.cisco-fabric-path.pcap',
    {
      field: 'outer.targets.distinct',
      reason:
        'tshark takes the last 4 bytes of every FabricPath frame for a frame check sequence, here the end of the IPv6 target address',
    },
  ],
  [
    'zeek.ipv4-internally-truncated-header.pcap',
    {
      field: 'outer.targets.byPackets',
      reason:
        'the snap length cut the IPv4 options; tshark looks there for a source route before it shows the target, which is in the captured bytes',
    },
  ],
]);
