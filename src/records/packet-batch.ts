/**
 * Decoded packets: one row a frame, fixed columns, no object per packet.
 * Addresses are four 32-bit words (network order, as signed integers); IPv4 is ::ffff:a.b.c.d, so word 3 is the IPv4 address.
 */
import * as Layout from './batch-layout.js';
import { type ColumnPlace, column } from './column-place.js';
import { BATCH_ROWS } from './frame-batch.js';

/** Bits of `HeaderColumns.has`: which fields of the row hold something. */
export const Has = {
  ports: 1,
  tcpFlags: 2,
  /** TTL or hop limit. */
  ttl: 4,
  /** First fragment (offset 0, more fragments). */
  firstFragment: 8,
  /** Later fragment (offset > 0): carries no transport header. */
  laterFragment: 16,
  /** IPv6 fragment header with offset 0 and no more fragments (RFC 6946). */
  atomicFragment: 32,
  icmp: 64,
  /** `payloadAt`/`payloadEnd` delimit transport payload bytes. */
  payload: 128,
} as const;

/** One IP header (outer or inner) of each row. */
export class HeaderColumns {
  /** 4, 6, or 0 when the frame has no IP header. */
  readonly version: Uint8Array;
  /** Source address: rows × 4 words, row-major. */
  readonly src: Int32Array;
  /** Target address: rows × 4 words, row-major. */
  readonly dst: Int32Array;
  /** IPv4 protocol, or the next-header value of the fixed IPv6 header (an extension header may follow). */
  readonly protocol: Uint8Array;
  /** Transport protocol after extension headers; NO_TRANSPORT when none was reached. */
  readonly transport: Uint8Array;
  readonly srcPort: Uint16Array;
  readonly dstPort: Uint16Array;
  /** Nine bits, NS/AE to FIN (RFC 9293, RFC 3540). */
  readonly tcpFlags: Uint16Array;
  readonly tcpWindow: Uint16Array;
  readonly ttl: Uint8Array;
  /** IPv4 total length, or IPv6 payload length + 40; as the header says. */
  readonly ipLen: Uint32Array;
  readonly icmpType: Uint8Array;
  readonly icmpCode: Uint8Array;
  /** Bits of `Has`. */
  readonly has: Uint8Array;

  /** `place`: where the group of columns begins, of BATCH_ROWS rows. */
  constructor(rows: number, place: ColumnPlace | null = null) {
    this.version = column(place, Layout.VERSION, Uint8Array, rows);
    this.src = column(place, Layout.SRC, Int32Array, rows * 4);
    this.dst = column(place, Layout.DST, Int32Array, rows * 4);
    this.protocol = column(place, Layout.PROTOCOL, Uint8Array, rows);
    this.transport = column(place, Layout.TRANSPORT, Uint8Array, rows);
    this.srcPort = column(place, Layout.SRC_PORT, Uint16Array, rows);
    this.dstPort = column(place, Layout.DST_PORT, Uint16Array, rows);
    this.tcpFlags = column(place, Layout.TCP_FLAGS, Uint16Array, rows);
    this.tcpWindow = column(place, Layout.TCP_WINDOW, Uint16Array, rows);
    this.ttl = column(place, Layout.TTL, Uint8Array, rows);
    this.ipLen = column(place, Layout.IP_LEN, Uint32Array, rows);
    this.icmpType = column(place, Layout.ICMP_TYPE, Uint8Array, rows);
    this.icmpCode = column(place, Layout.ICMP_CODE, Uint8Array, rows);
    this.has = column(place, Layout.HAS, Uint8Array, rows);
  }

  /** Copies row `from` of other columns over row `to`. */
  copyRow(to: number, columns: HeaderColumns, from: number): void {
    this.version[to] = columns.version[from] as number;
    for (let word = 0; word < 4; word += 1) {
      this.src[to * 4 + word] = columns.src[from * 4 + word] as number;
      this.dst[to * 4 + word] = columns.dst[from * 4 + word] as number;
    }
    this.protocol[to] = columns.protocol[from] as number;
    this.transport[to] = columns.transport[from] as number;
    this.srcPort[to] = columns.srcPort[from] as number;
    this.dstPort[to] = columns.dstPort[from] as number;
    this.tcpFlags[to] = columns.tcpFlags[from] as number;
    this.tcpWindow[to] = columns.tcpWindow[from] as number;
    this.ttl[to] = columns.ttl[from] as number;
    this.ipLen[to] = columns.ipLen[from] as number;
    this.icmpType[to] = columns.icmpType[from] as number;
    this.icmpCode[to] = columns.icmpCode[from] as number;
    this.has[to] = columns.has[from] as number;
  }
}

/** `HeaderColumns.transport` where no transport header was reached (later fragment, cut, broken, unknown). 255 is reserved by IANA. */
export const NO_TRANSPORT = 255;

/** Why a row has no IP header. */
export const NonIp = { none: 0, arp: 1, other: 2 } as const;

export class PacketBatch {
  readonly rows: number;
  count = 0;
  /** Every row is an IP packet that was decoded without a remark, and none is tunnelled: `isPlain` saves looking. */
  isPlain = false;
  /** Rows of IPv6 when `isPlain`. */
  v6Rows = 0;
  /** Slab of the frames, for payload readers; lent until the batch is filled again. */
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(this.bytes.buffer);
  /** The columns of the frames these packets came in, lent with them. */
  sec: Float64Array;
  nsec: Int32Array;
  /** Bytes on the wire, link header included. */
  wireLen: Uint32Array;
  /** Bytes captured. */
  capLen: Uint32Array;
  /** A `DecodeStatus` a row: the worst that happened in any layer. */
  readonly status: Uint8Array;
  /** A `NonIp` value a row. */
  readonly nonIp: Uint8Array;
  /** 1 when `inner` differs from `outer`: a tunnel was opened. With 0, `inner` of the row is unspecified and `outer` stands for both. */
  readonly tunnelled: Uint8Array;
  /** First IP header of the frame. */
  readonly outer: HeaderColumns;
  /** Last IP header not quoted inside an ICMP error; only where `tunnelled` is 1. */
  readonly inner: HeaderColumns;
  /** Transport payload of the innermost header, offsets into the slab; valid with `Has.payload`. */
  readonly payloadAt: Uint32Array;
  readonly payloadEnd: Uint32Array;
  /** Where the innermost IP header begins, offset into the slab; valid where that has a version. */
  readonly networkAt: Uint32Array;
  /** Where the innermost transport header begins; valid with `Has.ports`. */
  readonly transportAt: Uint32Array;

  /** Index in TRAFFIC_CLASSES, by the outer header; 0 where there is none. */
  readonly trafficClass: Uint8Array;

  constructor(
    rows = BATCH_ROWS,
    readonly place: ColumnPlace | null = null,
  ) {
    this.rows = rows;
    this.sec = new Float64Array(0);
    this.nsec = new Int32Array(0);
    this.wireLen = new Uint32Array(0);
    this.capLen = new Uint32Array(0);
    this.status = column(place, Layout.STATUS, Uint8Array, rows);
    this.nonIp = column(place, Layout.NON_IP, Uint8Array, rows);
    this.tunnelled = column(place, Layout.TUNNELLED, Uint8Array, rows);
    this.outer = new HeaderColumns(rows, groupOf(place, Layout.OUTER));
    this.inner = new HeaderColumns(rows, groupOf(place, Layout.INNER));
    this.payloadAt = column(place, Layout.PAYLOAD_AT, Uint32Array, rows);
    this.payloadEnd = column(place, Layout.PAYLOAD_END, Uint32Array, rows);
    this.networkAt = column(place, Layout.NETWORK_AT, Uint32Array, rows);
    this.transportAt = column(place, Layout.TRANSPORT_AT, Uint32Array, rows);
    this.trafficClass = column(place, Layout.TRAFFIC_CLASS, Uint8Array, rows);
  }
}

function groupOf(place: ColumnPlace | null, offset: number): ColumnPlace | null {
  return place === null ? null : { buffer: place.buffer, at: place.at + offset };
}
