/** --syn-proxy, as typed -> SYN proxies of a request, and back. Prefixes and bounds are checked with the rest of the request. */
import { UserError } from '../../errors.js';
import type { SynProxyRequest } from '../../mitigation/types.js';

/** What a Linux server with Ethernet below it and 6 MB to receive into (net.ipv4.tcp_rmem) answers. */
const USUAL = { mss: 1460, wscale: 7, sack: true, timestamp: true };
/** IPv6's header is 20 bytes longer. */
const USUAL_MSS6 = 1440;

/** "443", "192.0.2.10:443", "[2001:db8::10]:443=1440,7,sack,timestamp". What is typed behind "=" is all that is promised. */
export function parseSynProxy(text: string): SynProxyRequest {
  const match =
    /^(?:(?:\[([^\]]{2,64})\]|([^:[\]=]{2,64})):)?([0-9]{1,5})(?:=([0-9]{1,5}),([0-9]{1,2})(,sack)?(,timestamp)?)?$/.exec(
      text,
    );
  if (match === null) {
    throw new UserError(
      'BAD_SYN_PROXY',
      `--syn-proxy: expected [TARGET:]PORT[=MSS,WSCALE[,sack][,timestamp]], got ${JSON.stringify(text.slice(0, 64))}`,
      'E.g. --syn-proxy 192.0.2.10:443, or 443=1460,7,sack,timestamp; an IPv6 address in brackets.',
    );
  }
  const [, v6, v4, port, mss, wscale, sack, timestamp] = match;
  const place = { prefix: v6 ?? v4 ?? null, port: Number(port) };
  if (mss === undefined) return { ...place, ...USUAL, ...(v6 === undefined ? {} : { mss: USUAL_MSS6 }) };
  const options = { mss: Number(mss), wscale: Number(wscale) };
  return { ...place, ...options, sack: sack !== undefined, timestamp: timestamp !== undefined };
}

/** As an argument, to be copied. */
export function synProxyText({ prefix, port, mss, wscale, sack, timestamp }: SynProxyRequest): string {
  const place = prefix === null ? '' : prefix.includes(':') ? `[${prefix}]:` : `${prefix}:`;
  return `${place}${port}=${mss},${wscale}${sack ? ',sack' : ''}${timestamp ? ',timestamp' : ''}`;
}
