/** What one set element of ours stands for, whatever the firewall. */
import { formatPrefix, type Prefix } from '../format/address.js';

export type PrefixRole = 'block' | 'target' | 'allow';

export type Entry =
  | { readonly role: PrefixRole; readonly prefix: Prefix }
  /** `prefix` is one address; its packets to local TCP `port` pass. */
  | { readonly role: 'guard'; readonly prefix: Prefix; readonly port: number }
  /** While it is there, packets of this IP version are held against the rules of mitigation `id`. */
  | { readonly role: 'lease'; readonly id: string; readonly version: 4 | 6 };

export function hostLength(version: 4 | 6): number {
  return version === 4 ? 32 : 128;
}

/** Text that names the entry within our part of the firewall. */
export function entryKey(entry: Entry): string {
  if (entry.role === 'lease') return `lease ${entry.id} ipv${entry.version}`;
  return `${entry.role} ${formatPrefix(entry.prefix)}${entry.role === 'guard' ? ` ${entry.port}` : ''}`;
}

/** For people: "198.51.100.0/24", "203.0.113.10 to tcp port 22". */
export function entryText(entry: Entry): string {
  if (entry.role === 'lease') return `rules of ${entry.id} (IPv${entry.version})`;
  return entry.role === 'guard'
    ? `${formatPrefix(entry.prefix)} to tcp port ${entry.port}`
    : formatPrefix(entry.prefix);
}
