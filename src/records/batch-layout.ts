/**
 * How the columns of a batch lie in one piece of memory: byte offsets from its start, little-endian. Read by TypeScript and by
 * the kernel's AssemblyScript alike, so it holds plain numbers only.
 */

/** Rows a batch holds. 2048 rows stay in L2 (measured: 256..8192 differ by less than 5 %). */
export const ROWS = 2048;
/** Between columns, so that one row's cells do not all fall into the same cache sets (4 KiB aliasing). */
const PAD = 192;

export const AT = 0;
export const CAP_LEN = AT + 4 * ROWS + PAD;
export const WIRE_LEN = CAP_LEN + 4 * ROWS + PAD;
export const SEC = WIRE_LEN + 4 * ROWS + PAD;
export const NSEC = SEC + 8 * ROWS + PAD;
export const LINK_TYPE = NSEC + 4 * ROWS + PAD;

export const STATUS = LINK_TYPE + 2 * ROWS + PAD;
export const NON_IP = STATUS + ROWS + PAD;
export const TUNNELLED = NON_IP + ROWS + PAD;
export const PAYLOAD_AT = TUNNELLED + ROWS + PAD;
export const PAYLOAD_END = PAYLOAD_AT + 4 * ROWS + PAD;
export const NETWORK_AT = PAYLOAD_END + 4 * ROWS + PAD;
export const TRANSPORT_AT = NETWORK_AT + 4 * ROWS + PAD;
export const TRAFFIC_CLASS = TRANSPORT_AT + 4 * ROWS + PAD;

/** Row numbers, words: what the shortcut left, all IP rows, those of IPv4, those of IPv6. */
export const REST_ROWS = TRAFFIC_CLASS + ROWS + PAD;
export const IP_ROWS = REST_ROWS + 4 * ROWS + PAD;
export const V4_ROWS = IP_ROWS + 4 * ROWS + PAD;
export const V6_ROWS = V4_ROWS + 4 * ROWS + PAD;

/** One group of header columns: offsets from its start. */
export const SRC = 0;
export const DST = SRC + 16 * ROWS + PAD;
export const IP_LEN = DST + 16 * ROWS + PAD;
export const SRC_PORT = IP_LEN + 4 * ROWS + PAD;
export const DST_PORT = SRC_PORT + 2 * ROWS + PAD;
export const TCP_FLAGS = DST_PORT + 2 * ROWS + PAD;
export const TCP_WINDOW = TCP_FLAGS + 2 * ROWS + PAD;
export const VERSION = TCP_WINDOW + 2 * ROWS + PAD;
export const PROTOCOL = VERSION + ROWS + PAD;
export const TRANSPORT = PROTOCOL + ROWS + PAD;
export const TTL = TRANSPORT + ROWS + PAD;
export const ICMP_TYPE = TTL + ROWS + PAD;
export const ICMP_CODE = ICMP_TYPE + ROWS + PAD;
export const HAS = ICMP_CODE + ROWS + PAD;
const HEADER_COLUMNS = HAS + ROWS + PAD;

/** The two groups, outer and inner. */
export const OUTER = V6_ROWS + 4 * ROWS + PAD;
export const INNER = OUTER + HEADER_COLUMNS;

/** What one batch takes. */
export const BATCH_BYTES = (INNER + HEADER_COLUMNS + 63) & ~63;
