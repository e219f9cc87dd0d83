/**
 * Where everything but the batches lies in the memory that TypeScript and the kernel share: byte addresses and offsets,
 * little-endian. Read by both compilers, so it holds plain numbers only. Tables are found through headers.
 */

/** Values a kernel function hands back besides its result: doubles. */
export const RESULT = 1024;
export const RESULT_WORDS = 17;

/** By UDP port, a byte each: class of a reflector's source port, 0 for none. */
export const REFLECTOR_OF_PORT = 4096;
/** Chance of decay by count: thresholds on 31 random bits, words. */
export const DECAY_CHANCE = REFLECTOR_OF_PORT + 65536;
export const DECAY_COUNTS = 220;

/** Row numbers in order, words. */
export const ALL_ROWS = DECAY_CHANCE + 4 * DECAY_COUNTS;

/** First address that is handed out. */
export const FREE = 131072;

/** Header of a decay table: words, then the list of touched slots. */
export const TABLE_ENTRIES = 0;
export const TABLE_SHIFT = 4;
export const TABLE_SEED = 8;
export const TABLE_RANDOM = 12;
/** Keys of more than one word, row-major by slot; 0 when the tag is the key. */
export const TABLE_KEYS = 16;
/** Registers of a HyperLogLog fed with the same hashes; 0 for none. */
export const TABLE_REGISTERS = 20;
export const TABLE_TOUCHED = 24;

/** Bits of a hash that pick the register of a HyperLogLog; the others are its rank. */
export const REGISTER_BITS = 17;

/** Touched list: how many were pushed, then the first of them. */
export const TOUCHED_BOUND = 1024;
export const TOUCHED_SLOTS = 4;

/** A set of a decay table is one cache line: four tags, four packet counts (words), four byte sums (doubles). */
export const SET_BYTES = 64;
export const SET_PACKETS = 16;
export const SET_SUMS = 32;

/** Header of a table of counters indexed by key: cells [bytes word | packets word], then the touched list. */
export const COUNTERS_CELLS = 0;
export const COUNTERS_TOUCHED = 4;

/** Bits of `Has` (src/records/packet-batch.ts). */
export const HAS_PORTS = 1;
export const HAS_TCP_FLAGS = 2;
export const HAS_TTL = 4;
export const HAS_FRAGMENT = 56;
export const HAS_PAYLOAD = 128;

/** Protocol keys: IPv6 next-header values sit behind the 256 IPv4 protocol numbers. */
export const V6_PROTOCOLS_AT = 256;

/** Header of the per-target counts: words. A set of targets is one cache line: four tags, four packet counts. */
export const TARGETS_SETS = 0;
/** Full keys: version word, four address words. */
export const TARGETS_KEYS = 4;
/** Cells by target and class: pairs of doubles, packets and bytes. */
export const TARGETS_CLASSES = 8;
export const TARGETS_USED = 12;
export const TARGETS_USED_COUNT = 16;
export const TARGETS_TICK = 20;
export const TARGETS_SEED = 24;
/** Of hosts: the table of prefixes that counts what found no place in this one. */
export const TARGETS_REST = 28;
/** Upper bits of the hash that pick the set: 256 sets of hosts, 64 of prefixes. */
export const TARGETS_HOST_SHIFT = 24;
export const TARGETS_REST_SHIFT = 26;
/** Prefixes of the rest: /24 and /48, as masks of words 3 (IPv4) and 1 (IPv6). */
export const TARGETS_REST_MASK_V4 = 0xffffff00;
export const TARGETS_REST_MASK_V6 = 0xffff0000;
export const TARGET_KEY_BYTES = 20;
/** Cells of one target: classes, rounded up. */
export const TARGET_CLASS_COUNT = 72;
/** Bytes of a set, and where the counts are in it. */
export const TARGET_SET_BYTES = 32;
export const TARGET_PACKETS = 16;

/** Targets whose rows are kept, sixteen at most: by place (a hash of the last word) the number of one, and the next one there; -1 = none. */
export const MARKS_AT_PLACE = 0;
export const MARKS_PLACES = 4096;
export const MARKS_PLACE_SHIFT = 20;
export const MARKS_FACTOR = 0x9e3779b1;
export const MARKS_NEXT_AT_PLACE = MARKS_PLACES;
export const MARKS = 16;
/** By number: version word, four address words, packets counted (double), the packet to be kept next (double, 1-based). */
export const MARKS_VERSION = MARKS_NEXT_AT_PLACE + MARKS;
export const MARKS_WORDS = MARKS_VERSION + 4 * MARKS;
export const MARKS_COUNT = MARKS_WORDS + 16 * MARKS;
export const MARKS_NEXT_TAKEN = MARKS_COUNT + 8 * MARKS;
export const MARKS_BYTES = MARKS_NEXT_TAKEN + 8 * MARKS;

/** What picks the rows whose payload is read: one byte a place of flows that go on, then words that pick SYNs and names: (row + offset) × factor <= limit. */
export const WANTED_PLACES = 4096;
export const WANTED_PLACE_SHIFT = 20;
export const WANTED_FACTOR = 0x9e3779b1;
export const WANTED_SYN_LIMIT = WANTED_PLACES;
export const WANTED_NAME_LIMIT = WANTED_PLACES + 4;
export const WANTED_OFFSET = WANTED_PLACES + 8;
export const WANTED_BYTES = WANTED_PLACES + 12;

/** TCP flags FIN, SYN, RST, ACK, and SYN alone. */
export const SYN_MASK = 0x17;
export const SYN_ALONE = 0x02;

/** First bytes of a payload: TLS handshake and DTLS handshake records (RFC 8446 §5.1), QUIC long header with its fixed bit (RFC 9000 §17.2). */
export const HANDSHAKE_RECORD = 22;
/** ChangeCipherSpec: clients send one ahead of a second hello (RFC 8446 appendix D.4). */
export const CHANGE_CIPHER_RECORD = 20;
export const QUIC_LONG = 0xc0;
/**
 * Shorter UDP payloads hold nothing of use: a QUIC client pads to 1200 bytes, but the server's first packet, which names its
 * connection ID, has some 100; the shortest DTLS hello has some 50.
 */
export const SHORTEST_QUIC = 64;
export const SHORTEST_DTLS = 40;
/** What CAPWAP puts before DTLS (RFC 5415 §4.2): this byte and three more. */
export const CAPWAP_DTLS = 1;
export const CAPWAP_DTLS_BYTES = 4;
/** A DNS message with one question on any port: header and the shortest name. Opcode bits of the flags' first byte. */
export const SHORTEST_DNS = 17;
export const DNS_OPCODE = 0x78;
/** Names of NetBIOS (RFC 1002) have the same header. */
export const NETBIOS_PORT = 137;
export const DNS_PORT = 53;
export const MDNS_PORT = 5353;
export const LLMNR_PORT = 5355;
