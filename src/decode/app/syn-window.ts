/**
 * The window of a SYN as p0f v3 writes it: systems set it to a multiple of what fits a packet, so "mss*44" or "mtu*4" says more than
 * the number, which changes with the link. Which sizes p0f 3.09b tries, and in which order, was found by asking it: 50 000 SYNs
 * of random window, MSS, timestamp and version give the same text.
 */
import type { TcpOptions } from './tcp-options.js';

/** p0f takes no smaller MSS for one. */
const LEAST_MSS = 100;
const ETHERNET_MTU = 1500;
const IPV4_HEADERS = 40;
const IPV6_HEADERS = 60;
/** A timestamp option with its padding. */
const TIMESTAMP_BYTES = 12;

/** `headerBytes`: IP and TCP header with all options. */
export function windowText(window: number, options: TcpOptions, version: number, headerBytes: number): string {
  const { mss } = options;
  if (window === 0 || mss < LEAST_MSS) return String(window);
  const hasClock = options.ownTimestamp !== 0;
  if (isMultiple(window, mss)) return `mss*${window / mss}`;
  if (hasClock && isMultiple(window, mss - TIMESTAMP_BYTES)) return `mss*${window / (mss - TIMESTAMP_BYTES)}`;
  // Some take the MSS of another interface than the one that sends.
  const ethernet = ethernetMssOf(window, version);
  if (ethernet > 0) return `mss*${window / ethernet}`;
  const mtu = mtuOf(window, mss, version, headerBytes);
  return mtu > 0 ? `mtu*${window / mtu}` : String(window);
}

function ethernetMssOf(window: number, version: number): number {
  const mss4 = ETHERNET_MTU - IPV4_HEADERS;
  if (isMultiple(window, mss4)) return mss4;
  if (isMultiple(window, mss4 - TIMESTAMP_BYTES)) return mss4 - TIMESTAMP_BYTES;
  if (version === 4) return 0;
  const mss6 = ETHERNET_MTU - IPV6_HEADERS;
  if (isMultiple(window, mss6)) return mss6;
  return isMultiple(window, mss6 - TIMESTAMP_BYTES) ? mss6 - TIMESTAMP_BYTES : 0;
}

function mtuOf(window: number, mss: number, version: number, headerBytes: number): number {
  if (isMultiple(window, mss + IPV4_HEADERS)) return mss + IPV4_HEADERS;
  if (isMultiple(window, mss + headerBytes)) return mss + headerBytes;
  if (version === 6 && isMultiple(window, mss + IPV6_HEADERS)) return mss + IPV6_HEADERS;
  return isMultiple(window, ETHERNET_MTU) ? ETHERNET_MTU : 0;
}

function isMultiple(window: number, size: number): boolean {
  return size > 0 && window % size === 0;
}
