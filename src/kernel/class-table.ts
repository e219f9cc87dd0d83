/** The classifier's tables by port and protocol; the kernel has a copy of the one by port. */
import { TRAFFIC_CLASSES } from '../records/traffic-class.js';

/** IP protocols seen on ordinary networks: ICMP, IGMP, IPIP, TCP, UDP, 6in4, RSVP, GRE, ESP, AH, ICMPv6, EIGRP, OSPF, PIM, VRRP, L2TP, SCTP. */
const ORDINARY = [1, 2, 4, 6, 17, 41, 46, 47, 50, 51, 58, 88, 89, 103, 112, 115, 132];

export interface ClassTable {
  /** Class of each UDP source port; 0 where the port is no known reflector. */
  readonly reflectorOfPort: Uint8Array;
  /** 1 for protocols of ordinary networks, by number. */
  readonly isOrdinary: Uint8Array;
}

let table: ClassTable | null = null;

export function classTable(): ClassTable {
  table ??= makeTable();
  return table;
}

function makeTable(): ClassTable {
  const reflectorOfPort = new Uint8Array(65_536);
  for (const [index, { port }] of TRAFFIC_CLASSES.entries()) if (port >= 0) reflectorOfPort[port] = index;
  const isOrdinary = new Uint8Array(256);
  for (const protocol of ORDINARY) isOrdinary[protocol] = 1;
  return { reflectorOfPort, isOrdinary };
}
