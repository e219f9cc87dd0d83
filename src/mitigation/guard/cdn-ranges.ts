/**
 * Addresses through which visitors of a site behind a proxy network come: a block there hits them all, and the attack is to be stopped at the edge.
 * Cloudflare's published ranges (https://www.cloudflare.com/ips-v4 and ips-v6; unchanged since 2021).
 */
import { overlaps, type Prefix, parsePrefix } from '../../format/address.js';
import type { NormalRequest } from '../plan/normal-request.js';
import type { Protected } from './protected-addresses.js';

const CLOUDFLARE = [
  '173.245.48.0/20',
  '103.21.244.0/22',
  '103.22.200.0/22',
  '103.31.4.0/22',
  '141.101.64.0/18',
  '108.162.192.0/18',
  '190.93.240.0/20',
  '188.114.96.0/20',
  '197.234.240.0/22',
  '198.41.128.0/17',
  '162.158.0.0/15',
  '104.16.0.0/13',
  '104.24.0.0/14',
  '172.64.0.0/13',
  '131.0.72.0/22',
  '2400:cb00::/32',
  '2606:4700::/32',
  '2803:f800::/32',
  '2405:b500::/32',
  '2405:8100::/32',
  '2a06:98c0::/29',
  '2c0f:f248::/32',
].map((text) => parsePrefix(text) as Prefix);

const WHY = "Cloudflare's proxies: a site behind it gets its visitors from there";

/** Those that a request would touch; protected when the site is behind them, else worth a word. */
export function cdnRangesIn({ blocks, rules }: NormalRequest): Protected[] {
  const limited = rules?.kind === 'limits' ? rules.limits.filter(({ of }) => of !== 'target') : [];
  const isTouched = (range: Prefix) =>
    blocks.some((block) => overlaps(block, range)) ||
    limited.some(({ prefix }) => prefix === null || overlaps(prefix, range));
  return CLOUDFLARE.filter(isTouched).map((prefix) => ({ prefix, why: WHY, ports: [], is: 'cdn' }));
}
