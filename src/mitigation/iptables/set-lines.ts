/** Elements of ours as lines for `ipset restore`, and the entry behind an element that ipset lists. */
import { formatAddress, formatPrefix, parsePrefix } from '../../format/address.js';
import type { ElementChanges, NewElement } from '../element-changes.js';
import type { Entry } from '../entry.js';
import type { LiveElement } from '../firewall-state.js';
import type { Family, SetName } from './names.js';

/** The two halves of the addresses: ipset takes no prefix of length 0. */
export const HALVES: Readonly<Record<Family, readonly [string, string]>> = {
  4: ['0.0.0.0/1', '128.0.0.0/1'],
  6: ['::/1', '8000::/1'],
};
/** What opens a path must not end before what closes it: in one restore its element is written first, and would be over first. */
const OPEN_LONGER_SEC = 1;
const RAW_VALUE = /^[0-9A-Za-z.:,/-]{1,90}$/;

/**
 * A line each, in this order: what drops goes, what passes is written, what drops is written, what passes goes. So whatever line is the last that was
 * carried out, nothing is dropped that will not be. An element that is there is written over: at no time is it missing, and its life and counts begin anew.
 */
export function changeLines({ removed, created }: ElementChanges): string[] {
  const kept = new Set(created.map(({ setName, entry }) => `${setName} ${valuesOf(entry).join()}`));
  const gone = removed.filter(
    ({ setName, entry }) => entry === null || !kept.has(`${setName} ${valuesOf(entry).join()}`),
  );
  return [
    ...gone.filter((element) => !isOpen(element.entry)).flatMap(removeLines),
    ...created.filter(({ entry }) => isOpen(entry)).flatMap(addLines),
    ...created.filter(({ entry }) => !isOpen(entry)).flatMap(addLines),
    ...gone.filter((element) => isOpen(element.entry)).flatMap(removeLines),
  ];
}

/** What ipset lists under a set's name -> the entry, or null when it is not of the shape we write. */
export function entryOf(name: SetName, value: string): Entry | null {
  switch (name.role) {
    case 'lock':
    case 'list':
      return null;
    case 'lease':
      return HALVES[name.version].includes(value) ? { role: 'lease', id: name.id, version: name.version } : null;
    case 'guard': {
      const match = /^([0-9a-f.:]{2,45}),tcp:([0-9]{1,5})$/.exec(value);
      const prefix = match === null ? null : parsePrefix(match[1] as string);
      const port = Number(match?.[2]);
      return prefix?.version === name.version && port >= 1 && port <= 65_535 ? { role: 'guard', prefix, port } : null;
    }
    default: {
      const prefix = parsePrefix(value);
      return prefix?.version === name.version && prefix.length > 0 ? { role: name.role, prefix } : null;
    }
  }
}

/** Without -exist: fails where it is not there. */
export function strictRemoval({ setName, entry }: LiveElement): string[] {
  return entry === null
    ? []
    : valuesOf(entry)
        .slice(0, 1)
        .map((value) => `del ${setName} ${value}`);
}

function addLines({ setName, entry, timeoutSec, comment }: NewElement): string[] {
  const life = timeoutSec + (isOpen(entry) ? OPEN_LONGER_SEC : 0);
  return valuesOf(entry).map(
    (value) => `add ${setName} ${value} timeout ${life} packets 0 bytes 0 comment "${comment}" -exist`,
  );
}

function removeLines({ setName, entry, value }: LiveElement): string[] {
  const values = entry === null ? rawValues(value) : valuesOf(entry);
  return values.map((text) => `del ${setName} ${text} -exist`);
}

function rawValues(value: LiveElement['value']): string[] {
  return value.kind === 'single' && RAW_VALUE.test(value.text) ? [value.text] : [];
}

function valuesOf(entry: Entry): readonly string[] {
  if (entry.role === 'lease') return HALVES[entry.version];
  if (entry.role !== 'guard') return [formatPrefix(entry.prefix)];
  return [`${formatAddress(entry.prefix.version, ...entry.prefix.words)},tcp:${entry.port}`];
}

function isOpen(entry: Entry | null): boolean {
  return entry?.role === 'guard' || entry?.role === 'allow';
}
