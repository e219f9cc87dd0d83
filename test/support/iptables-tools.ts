/** Both kinds of iptables in a lab, whichever the machine's is, and what they list, without what changes by itself. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import type { Lab, Role } from './lab.js';
import { describeWith, findProgram } from './system.js';
import { IS_WHOLE } from './whole.js';

export type Variant = 'nft' | 'legacy';
export const VARIANTS: readonly Variant[] = ['nft', 'legacy'];

const NAMES = ['iptables', 'iptables-save', 'iptables-restore', 'ip6tables', 'ip6tables-save', 'ip6tables-restore'];

/** What a suite needs, for `describeWith`. */
export function needsOf(variant: Variant): string[] {
  return ['root', 'ip', 'nft', 'python3', 'ipset', `iptables-${variant}`, `ip6tables-${variant}`];
}

/** Of a suite that the tests run with one kind, and `npm run verify:mitigation` with both. In the tests iptables-legacy has what is its own: the lock. */
export function describeVariant(variant: Variant, needs: readonly string[], name: string, body: () => void): void {
  if (variant === 'nft' || IS_WHOLE) describeWith(needs, name, body);
  else describe.skip(`${name} [left to: npm run verify:mitigation]`, body);
}

/** A PATH on which `iptables` is the wanted one. */
export function pathOf(variant: Variant, folder: string): string {
  const bin = join(folder, `iptables-${variant}`);
  mkdirSync(bin, { recursive: true });
  for (const name of NAMES) {
    const target = findProgram(name.replace('tables', `tables-${variant}`));
    if (target !== null) symlinkSync(target, join(bin, name));
  }
  return `${bin}:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;
}

/** Rules of both families and all sets; counters, dates, random hash seeds and what is left of lives are taken out. */
export async function firewallText(lab: Lab, role: Role, path: string): Promise<string> {
  const parts: string[] = [];
  for (const argv of [['iptables-save'], ['ip6tables-save'], ['ipset', 'save']]) {
    const { code, stdout, stderr } = await lab.run(role, argv, { env: { PATH: path } });
    if (code !== 0) throw new Error(`lab: ${argv.join(' ')} ended with ${code}: ${stderr}`);
    parts.push(stdout);
  }
  const lines = parts.join('').split('\n');
  const kept = lines.filter((line) => !line.startsWith('#'));
  return withoutEmptyTables(
    kept
      .join('\n')
      .replaceAll(/\[\d+:\d+\]/g, '[0:0]')
      .replaceAll(/ initval 0x[0-9a-f]+/g, '')
      .replaceAll(/ timeout [1-9]\d* packets \d+ bytes \d+/g, ' timeout N'),
  );
}

/** A table without a rule and without a chain of anybody's stays behind once it was written to; it does nothing. */
function withoutEmptyTables(text: string): string {
  return text.replaceAll(/\*[a-z]+\n(?::[A-Z]+ ACCEPT \[0:0\]\n)*COMMIT\n/g, '');
}
