/** Options of limits, as typed -> limits of a request. Prefixes are checked with the rest of the request. */
import { UserError } from '../../errors.js';
import type { LimitRequest } from '../../mitigation/types.js';

/** As commander fills it in. */
export interface LimitOptions {
  readonly rateLimit?: readonly string[];
  readonly rateLimitEach?: readonly string[];
  readonly rateLimitTarget?: readonly string[];
  readonly connectionLimit?: readonly string[];
}

export function limitsOf(options: LimitOptions): LimitRequest[] {
  return [
    ...(options.rateLimit ?? []).map((text): LimitRequest => {
      const [prefix, pps] = withPrefix('--rate-limit', text);
      return { of: 'prefix', prefix, pps };
    }),
    ...(options.rateLimitTarget ?? []).map((text): LimitRequest => {
      const [prefix, pps] = withPrefix('--rate-limit-target', text);
      return { of: 'target', prefix, pps };
    }),
    ...(options.rateLimitEach ?? []).map((text): LimitRequest => {
      const [prefix, pps] = /^[0-9]+$/.test(text) ? [null, Number(text)] : withPrefix('--rate-limit-each', text);
      return { of: 'each-source', prefix, pps };
    }),
    ...(options.connectionLimit ?? []).map(connectionLimit),
  ];
}

/** The limits as arguments, to be copied. */
export function limitArguments(limits: readonly LimitRequest[]): string[] {
  return limits.flatMap(argumentsOf);
}

function argumentsOf(limit: LimitRequest): [option: string, value: string] {
  switch (limit.of) {
    case 'prefix':
      return ['--rate-limit', `${limit.prefix}=${limit.pps}`];
    case 'target':
      return ['--rate-limit-target', `${limit.prefix}=${limit.pps}`];
    case 'each-source':
      return ['--rate-limit-each', limit.prefix === null ? String(limit.pps) : `${limit.prefix}=${limit.pps}`];
    case 'connections':
      return ['--connection-limit', `${connectionTarget(limit.prefix)}${limit.port}=${limit.most}`];
  }
}

function connectionTarget(prefix: string | null): string {
  if (prefix === null) return '';
  return prefix.includes(':') ? `[${prefix}]:` : `${prefix}:`;
}

/** "198.51.100.0/24=500" -> prefix and packets a second. */
function withPrefix(option: string, text: string): [prefix: string, pps: number] {
  const match = /^([^=]{2,64})=([0-9]{1,7})$/.exec(text);
  if (match !== null) return [match[1] as string, Number(match[2])];
  throw new UserError(
    'BAD_RATE',
    `${option}: expected PREFIX=PACKETS_PER_SECOND, got ${JSON.stringify(text.slice(0, 64))}`,
    `E.g. ${option} 198.51.100.0/24=500.`,
  );
}

/** "443=20", "192.0.2.10:443=20", "[2001:db8::10]:443=20". */
function connectionLimit(text: string): LimitRequest {
  const match = /^(?:(?:\[([^\]]{2,64})\]|([^:[\]=]{2,64})):)?([0-9]{1,5})=([0-9]{1,5})$/.exec(text);
  if (match !== null) {
    const [, v6, v4, port, most] = match;
    return { of: 'connections', prefix: v6 ?? v4 ?? null, port: Number(port), most: Number(most) };
  }
  throw new UserError(
    'BAD_LIMIT',
    `--connection-limit: expected [TARGET:]PORT=CONNECTIONS, got ${JSON.stringify(text.slice(0, 64))}`,
    'E.g. --connection-limit 443=50, or 192.0.2.10:443=50, an IPv6 address in brackets.',
  );
}
