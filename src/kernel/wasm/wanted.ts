// Which rows carry a payload that somebody reads: src/layer7/wanted-rows.ts.
import { DST, DST_PORT, HAS, OUTER, PAYLOAD_AT, PAYLOAD_END, REST_ROWS, SRC, SRC_PORT, TCP_FLAGS, TRANSPORT, TUNNELLED, VERSION } from '../../records/batch-layout';
import {
  CAPWAP_DTLS, CAPWAP_DTLS_BYTES, CHANGE_CIPHER_RECORD, DNS_OPCODE, DNS_PORT, HANDSHAKE_RECORD, HAS_PAYLOAD, LLMNR_PORT, MDNS_PORT, QUIC_LONG, SHORTEST_DNS, SHORTEST_DTLS, SHORTEST_QUIC, SYN_ALONE, SYN_MASK,
  WANTED_FACTOR, WANTED_PLACE_SHIFT, WANTED_NAME_LIMIT, WANTED_OFFSET, WANTED_SYN_LIMIT,
} from '../layout';

const TCP: u32 = 6;
const UDP: u32 = 17;

/**
 * Lists such rows of from..to in REST_ROWS and returns how many. `wanted`: address of the places. `isPlain`: every row is an IP packet
 * with a payload that lies in no tunnel; `hasPlaces`: some place is wanted. Both save looking.
 */
export function wantedRows(batch: u32, from: u32, to: u32, slab: u32, wanted: u32, isPlain: bool, hasPlaces: bool): u32 {
  let count: u32 = 0;
  const synLimit = load<u32>(wanted, WANTED_SYN_LIMIT);
  const nameLimit = load<u32>(wanted, WANTED_NAME_LIMIT);
  const offset = load<u32>(wanted, WANTED_OFFSET);
  for (let row = from; row < to; row += 1) {
    const words = batch + (row << 2);
    if (!isPlain) {
      if (load<u8>(batch + row, OUTER + VERSION) == 0) continue;
      if (load<u8>(batch + row, TUNNELLED) != 0) {
        store<u32>(batch + (count << 2), row, REST_ROWS);
        count += 1;
        continue;
      }
      if ((load<u8>(batch + row, OUTER + HAS) & HAS_PAYLOAD) == 0) continue;
    }
    const transport = <u32>load<u8>(batch + row, OUTER + TRANSPORT);
    let isWanted: bool;
    // Data in a SYN (RFC 7413) is read with the SYNs that are picked, which are all but in a flood.
    if (transport == TCP && (load<u16>(batch + (row << 1), OUTER + TCP_FLAGS) & SYN_MASK) == SYN_ALONE) {
      if ((row + offset) * <u32>WANTED_FACTOR > synLimit) continue;
      store<u32>(batch + (count << 2), row, REST_ROWS);
      count += 1;
      continue;
    }
    const at = load<u32>(words, PAYLOAD_AT);
    const length = load<u32>(words, PAYLOAD_END) - at;
    if (transport == TCP) isWanted = length != 0 && isTcpWanted(batch, row, load<u8>(slab + at), wanted, hasPlaces);
    else if (transport == UDP && length != 0) {
      isWanted = isNameRow(batch, row) ? (row + offset) * <u32>WANTED_FACTOR <= nameLimit : isUdpWanted(slab + at, length);
    } else continue;
    store<u32>(batch + (count << 2), row, REST_ROWS);
    count += <u32>isWanted;
  }
  return count;
}

// @ts-ignore: decorator
@inline
function isTcpWanted(batch: u32, row: u32, first: u32, wanted: u32, hasPlaces: bool): bool {
  // Requests begin with an upper-case letter, or after a stray line break.
  if (first - 65 < 26 || first == HANDSHAKE_RECORD || first == CHANGE_CIPHER_RECORD || first == 13 || first == 10) return true;
  const srcPort = <u32>load<u16>(batch + (row << 1), OUTER + SRC_PORT);
  const dstPort = <u32>load<u16>(batch + (row << 1), OUTER + DST_PORT);
  if (srcPort == DNS_PORT || dstPort == DNS_PORT) return true;
  if (!hasPlaces) return false;
  const word = load<u32>(batch + (row << 4), OUTER + SRC + 12) ^ load<u32>(batch + (row << 4), OUTER + DST + 12) ^ ((srcPort << 16) | dstPort);
  return load<u8>(wanted + ((word * <u32>WANTED_FACTOR) >>> WANTED_PLACE_SHIFT)) != 0;
}

// @ts-ignore: decorator
@inline
function isUdpWanted(at: u32, length: u32): bool {
  const first = <u32>load<u8>(at);
  if ((first & QUIC_LONG) == QUIC_LONG && length >= <u32>SHORTEST_QUIC && isQuicVersion(load<u8>(at, 1))) return true;
  if (length >= <u32>SHORTEST_DTLS && (first == HANDSHAKE_RECORD || (first == CAPWAP_DTLS && load<u8>(at, CAPWAP_DTLS_BYTES) == HANDSHAKE_RECORD))) return true;
  return length >= <u32>SHORTEST_DNS && isDnsHeader(at);
}

// @ts-ignore: decorator
@inline
function isNameRow(batch: u32, row: u32): bool {
  return isName(load<u16>(batch + (row << 1), OUTER + SRC_PORT)) || isName(load<u16>(batch + (row << 1), OUTER + DST_PORT));
}

// @ts-ignore: decorator
@inline
function isName(port: u32): bool {
  return port == DNS_PORT || port == MDNS_PORT || port == LLMNR_PORT;
}

/** First byte of the versions that are read: 1, 2 (0x6b3343cf), drafts (0xff0000..), T05., mvfst (0xfaceb0..). */
// @ts-ignore: decorator
@inline
function isQuicVersion(byte: u32): bool {
  return byte == 0 || byte == 0x6b || byte == 0xff || byte == 0x54 || byte == 0xfa;
}

/** A plain query, or its answer: one question, fewer than 256 of anything else. */
// @ts-ignore: decorator
@inline
function isDnsHeader(at: u32): bool {
  return load<u16>(at, 4) == 0x0100 && ((<u32>load<u8>(at, 2) & DNS_OPCODE) | load<u8>(at, 6) | load<u8>(at, 8) | load<u8>(at, 10)) == 0;
}
