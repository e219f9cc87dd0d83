/** Opens what carries another IP packet: IP in IP (RFC 2003), 6in4 and 6in6 (RFC 4213, RFC 2473), GRE (RFC 2784), with Ethernet or PPP inside. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, IpProtocol } from '../cursor.js';
import { decodeEthernet } from '../link/ethernet.js';
import { decodePpp } from '../link/ppp.js';
import { skipTags } from '../link/tags.js';
import { decodeGre } from './gre.js';

/** True for transports openTunnel() knows. */
export function isTunnel(transport: number): boolean {
  return transport === IpProtocol.ipv4 || transport === IpProtocol.ipv6 || transport === IpProtocol.gre;
}

/** Moves the cursor from behind the outer IP header to the inner packet and sets `cursor.etherType`. */
export function openTunnel(view: DataView, cursor: Cursor): DecodeStatus {
  switch (cursor.protocol) {
    case IpProtocol.ipv4:
      cursor.etherType = EtherType.ipv4;
      return DecodeStatus.ok;
    case IpProtocol.ipv6:
      cursor.etherType = EtherType.ipv6;
      return DecodeStatus.ok;
    case IpProtocol.gre:
      return openGre(view, cursor);
    default:
      cursor.etherType = EtherType.other;
      return DecodeStatus.ok;
  }
}

function openGre(view: DataView, cursor: Cursor): DecodeStatus {
  let status = decodeGre(view, cursor);
  if (status !== DecodeStatus.ok) return status;
  if (cursor.etherType === EtherType.transparentBridging) status = decodeEthernet(view, cursor);
  else if (cursor.etherType === EtherType.ppp) status = decodePpp(view, cursor);
  return status === DecodeStatus.ok ? skipTags(view, cursor) : status;
}
