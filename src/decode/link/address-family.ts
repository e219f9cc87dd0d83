/** Address family numbers of the systems that write them into link headers: 2 is IPv4 everywhere, IPv6 differs. */
import { EtherType } from '../cursor.js';

const AF_INET = 2;

/** EtherType of a BSD address family. Linux's 10 is none of them: it writes no such header. */
export function etherTypeOfFamily(family: number): number {
  switch (family) {
    case AF_INET:
      return EtherType.ipv4;
    case 24: // NetBSD, OpenBSD, BSD/OS
    case 28: // FreeBSD
    case 30: // macOS
      return EtherType.ipv6;
    default:
      return EtherType.other;
  }
}
