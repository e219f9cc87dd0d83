/** Captures whose report rightly differs from the ground truth, each with the field that differs first and the reason. Keyed by file name. */
export interface KnownException {
  /** The first field that differs; another one is a new difference and not excused. */
  readonly field: string;
  readonly reason: string;
}

export const KNOWN_EXCEPTIONS: ReadonlyMap<string, KnownException> = new Map([
  [
    'tcpdump.atm-heapoverflow.pcap',
    {
      field: 'bytesOnWire',
      reason: 'tshark takes the 4-byte SunATM pseudo-header off the frame length; the record says 262144',
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

const NO_PORTS =
  'we know no ports: what is an HTTP request is counted as one, also on the port of another protocol, where tshark does not look';
const WITHIN = 'tshark does not look for TLS behind the negotiation of RDP; the ClientHello is in the bytes';

/** The same for what the payloads say. */
export const LAYER7_EXCEPTIONS: ReadonlyMap<string, KnownException> = new Map([
  ['derived.be-ns.get-to-ssh-server.pcap', { field: 'http.requests', reason: `${NO_PORTS} (22)` }],
  ['zeek.get-to-ssh-server.pcap', { field: 'http.requests', reason: `${NO_PORTS} (22)` }],
  ['zeek.http-single-conn-22.pcap', { field: 'http.requests', reason: `${NO_PORTS} (22)` }],
  [
    'ndpi.anydesk.pcapng',
    { field: 'tls.clientHellos', reason: 'a ClientHello to port 80, where tshark looks for HTTP only' },
  ],
  ['ndpi.rdp.pcap', { field: 'tls.clientHellos', reason: WITHIN }],
  ['ndpi.rdp_over_tls.pcap', { field: 'tls.clientHellos', reason: WITHIN }],
  [
    'mabidm.hulk.pcap',
    {
      field: 'http.requests',
      reason:
        'requests sent again whose first sending is not in the capture: tshark knows from the answers that they were received, and does not read them; we count each the first time it is seen',
    },
  ],
  [
    'ndpi.fuzz-2006-06-26-2594.pcap',
    {
      field: 'dns.messages.queries',
      reason: 'damaged payloads; of 300 messages one or two are readable by one of us only',
    },
  ],
  [
    'ndpi.fuzz-2006-09-29-28586.pcap',
    { field: 'http.requests', reason: 'damaged packets: a request whose rest is damaged is joined by one of us only' },
  ],
  [
    'ndpi.tls_invalid_reads.pcap',
    {
      field: 'tls.clientHellos',
      reason:
        'tshark counts a ClientHello that ends in the middle of an extension, without a JA3; it has no fingerprint, so we do not',
    },
  ],
  [
    'zeek.gtp1_gn_normal_incl_fragmentation.pcap',
    {
      field: 'http.hosts',
      reason:
        'the request lies in an IP datagram of several fragments; tshark joins them, we read each packet for itself',
    },
  ],
  [
    'zeek.quicdoq.pcap',
    {
      field: 'tls.clientHellos',
      reason: 'tshark does not recognise this connection on port 853 as QUIC; the Initial opens with its keys',
    },
  ],
  [
    'zeek.variant-09-te_obs_fold.pcap',
    {
      field: 'http.requests',
      reason:
        'a folded Transfer-Encoding: tshark does not read it and takes the second request for a body; RFC 9112 §5.2 says it counts',
    },
  ],
]);
