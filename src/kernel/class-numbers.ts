/**
 * Numbers of the traffic classes the kernel gives out itself: their places in src/records/traffic-class.ts, as plain numbers
 * that both compilers read (kernel.test.ts checks them). Reflectors come from a table by port.
 */
export const IP_OTHER = 0;
export const SYN = 1;
export const SYN_ECN = 2;
export const SYN_DATA = 3;
export const SYN_ACK = 4;
export const ACK = 5;
export const PSH_ACK = 6;
export const RST = 7;
export const FIN = 8;
export const XMAS = 9;
export const TCP_NULL = 10;
export const SYN_FIN = 11;
export const TCP_FRAGMENT = 12;
export const UDP = 13;
export const UDP_EMPTY = 14;
export const UDP_PORT_0 = 15;
export const UDP_FRAGMENT = 16;
export const ICMP_ECHO = 17;
export const ICMP_REPLY = 18;
export const ICMP_UNREACHABLE = 19;
export const ICMP_OTHER = 20;
export const GRE = 21;
export const ESP = 22;
export const WEIRD = 23;
export const LAND = 24;
export const HTTP_GET = 25;
export const HTTP_POST = 26;
export const TLS_HELLO = 27;
export const DNS_QUERY = 28;
