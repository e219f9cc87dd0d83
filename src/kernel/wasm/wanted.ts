// Which rows carry a payload that somebody reads: src/layer7/wanted-rows.ts.
import { DST, DST_PORT, HAS, OUTER, PAYLOAD_AT, PAYLOAD_END, REST_ROWS, SRC, SRC_PORT, TCP_FLAGS, TRANSPORT, TUNNELLED, VERSION } from '../../records/batch-layout';
import {
  DNS_PORT, HANDSHAKE_RECORD, HAS_PAYLOAD, LLMNR_PORT, MDNS_PORT, QUIC_LONG, SHORTEST_DTLS, SHORTEST_QUIC, SYN_ALONE, SYN_MASK,
  WANTED_FACTOR, WANTED_PLACE_SHIFT, WANTED_SYN_LEFT, WANTED_SYN_STRIDE,
} from '../layout';

const TCP: u32 = 6;
const UDP: u32 = 17;

/** Lists such rows of from..to in REST_ROWS and returns how many. `wanted`: address of the places. */
export function wantedRows(batch: u32, from: u32, to: u32, slab: u32, wanted: u32): u32 {
  let count: u32 = 0;
  for (let row = from; row < to; row += 1) {
    if (load<u8>(batch + row, OUTER + VERSION) == 0) continue;
    // Taken back when nobody wants it.
    store<u32>(batch + (count << 2), row, REST_ROWS);
    if (load<u8>(batch + row, TUNNELLED) != 0) {
      count += 1;
      continue;
    }
    if ((load<u8>(batch + row, OUTER + HAS) & HAS_PAYLOAD) == 0) continue;
    const at = load<u32>(batch + (row << 2), PAYLOAD_AT);
    const length = load<u32>(batch + (row << 2), PAYLOAD_END) - at;
    const transport = <u32>load<u8>(batch + row, OUTER + TRANSPORT);
    if (transport == TCP) {
      if ((load<u16>(batch + (row << 1), OUTER + TCP_FLAGS) & SYN_MASK) == SYN_ALONE) {
        const left = load<u32>(wanted, WANTED_SYN_LEFT) - 1;
        store<u32>(wanted, left == 0 ? load<u32>(wanted, WANTED_SYN_STRIDE) : left, WANTED_SYN_LEFT);
        count += <u32>(left == 0 || length != 0);
        continue;
      }
      if (length == 0) continue;
      count += <u32>isTcpWanted(batch, row, load<u8>(slab + at), wanted);
    } else if (transport == UDP && length != 0) {
      count += <u32>isUdpWanted(batch, row, load<u8>(slab + at), length);
    }
  }
  return count;
}

// @ts-ignore: decorator
@inline
function isTcpWanted(batch: u32, row: u32, first: u32, wanted: u32): bool {
  // Requests begin with an upper-case letter, or after a stray line break.
  if (first - 65 < 26 || first == HANDSHAKE_RECORD || first == 13 || first == 10) return true;
  const srcPort = <u32>load<u16>(batch + (row << 1), OUTER + SRC_PORT);
  const dstPort = <u32>load<u16>(batch + (row << 1), OUTER + DST_PORT);
  if (srcPort == DNS_PORT || dstPort == DNS_PORT) return true;
  const word = load<u32>(batch + (row << 4), OUTER + SRC + 12) ^ load<u32>(batch + (row << 4), OUTER + DST + 12) ^ ((srcPort << 16) | dstPort);
  return load<u8>(wanted + ((word * <u32>WANTED_FACTOR) >>> WANTED_PLACE_SHIFT)) != 0;
}

// @ts-ignore: decorator
@inline
function isUdpWanted(batch: u32, row: u32, first: u32, length: u32): bool {
  if ((first & QUIC_LONG) == QUIC_LONG && length >= <u32>SHORTEST_QUIC) return true;
  if (first == HANDSHAKE_RECORD && length >= <u32>SHORTEST_DTLS) return true;
  return isName(load<u16>(batch + (row << 1), OUTER + SRC_PORT)) || isName(load<u16>(batch + (row << 1), OUTER + DST_PORT));
}

// @ts-ignore: decorator
@inline
function isName(port: u32): bool {
  return port == DNS_PORT || port == MDNS_PORT || port == LLMNR_PORT;
}
