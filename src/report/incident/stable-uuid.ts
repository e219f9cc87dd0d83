/** UUIDs that are the same whenever they are made from the same name: version 5 (RFC 9562 §5.5). */
import { createHash } from 'node:crypto';

/** Ours alone; made once at random. */
const NAMESPACE = 'b6a2f1de3c1e4d0f9a57c1f0d8a44e29';

export function stableUuid(name: string): string {
  const hash = createHash('sha1').update(Buffer.from(NAMESPACE, 'hex')).update(name).digest();
  hash[6] = ((hash[6] as number) & 0x0f) | 0x50;
  hash[8] = ((hash[8] as number) & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
