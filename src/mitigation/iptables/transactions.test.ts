/** The order of what is sent: no line, were it the last, may leave something dropped that should not be. */
import { expect, test } from 'vitest';
import { parsePrefix } from '../../format/address.js';
import { eq } from '../../signature/vectors/vector.js';
import { afterTrial } from '../after-trial.js';
import type { PlannedTrial } from '../backend.js';
import type { Entry } from '../entry.js';
import type { NormalRules } from '../plan/normal-rules.js';
import { IptablesBackend } from './iptables-backend.js';
import { IptablesClient } from './iptables-client.js';
import { ABSENT } from './read-state.js';
import { restoreWords, withoutSets } from './transaction-text.js';
import { claimLines, reserveLine } from './write-lock.js';

const ID = 'abcde';
const backend = new IptablesBackend(new IptablesClient(() => Promise.reject(new Error('nothing is run here'))));
const prefix = (text: string) => parsePrefix(text)!;
const ENTRIES: readonly Entry[] = [
  { role: 'block', prefix: prefix('198.51.100.0/24') },
  { role: 'target', prefix: prefix('2001:db8::1') },
  { role: 'allow', prefix: prefix('198.51.100.7') },
  { role: 'guard', prefix: prefix('203.0.113.10'), port: 22 },
];
const RULES: NormalRules = {
  kind: 'signature',
  rule: { kind: 'packet', target: null, clauses: [{ predicates: [eq('ip.proto', 17), eq('ip.ttl', 99)] }] },
  limitPps: 500,
  words: 'udp "with" a quote',
  sample: null,
};

function planned(rules: NormalRules | null): PlannedTrial {
  const compiled = rules === null ? null : backend.compile(rules);
  const leases = (compiled?.families ?? []).map((version): Entry => ({ role: 'lease', id: ID, version }));
  return {
    id: ID,
    why: 'manual',
    ttlSec: 600,
    windowSec: 30,
    entries: [...leases, ...ENTRIES],
    rules: compiled,
    ingress: [],
  };
}

function lines(transactions: readonly { readonly stdin: string }[]): string[] {
  return transactions.flatMap(({ stdin }) => stdin.split('\n'));
}

test.each([
  ['blocks', null],
  ['a signature', RULES],
])('%s: elements come last, what lets pass before what drops; undoing goes the other way', (_, rules) => {
  const trial = planned(rules);
  const made = backend.trial(ABSENT, trial);
  expect(made.map(({ argv }) => argv[0])).toEqual(['ipset', 'iptables-restore', 'ip6tables-restore', 'ipset']);
  const arming = lines(made).filter((line) => /^add ddostop-(?!lock)/.test(line));
  expect(lines(made.slice(3)).filter((line) => line.startsWith('add'))).toEqual(arming);
  const isOpen = arming.map((line) => /^add ddostop-(?:guard|allow)/.test(line));
  expect(isOpen).toEqual([...isOpen].sort((a, b) => Number(b) - Number(a)));
  expect(
    arming.every((line) =>
      / timeout 3[01] packets 0 bytes 0 comment "id=abcde:t:600:30 why=manual" -exist$/.test(line),
    ),
  ).toBe(true);

  const after = afterTrial(backend, ABSENT, trial);
  const taken = backend.undo(after as typeof ABSENT, ID);
  expect(taken.map(({ argv }) => argv[0])).toEqual(['ipset', 'ip6tables-restore', 'iptables-restore', 'ipset']);
  const gone = lines(taken.slice(0, 1)).filter((line) => /^del ddostop-(?!lock)/.test(line));
  expect(gone).toHaveLength(arming.length);
  const wasOpen = gone.map((line) => /^del ddostop-(?:guard|allow)/.test(line));
  expect(wasOpen).toEqual([...wasOpen].sort((a, b) => Number(a) - Number(b)));
  // What is made is taken out: chains and sets of the same names.
  const names = (all: readonly string[], pattern: RegExp) =>
    all.flatMap((line) => pattern.exec(line)?.[1] ?? []).sort();
  expect(names(lines(taken), /^-X (\S+)/)).toEqual(names(lines(made), /^(?:-N |:)(\S+)/));
  expect(names(lines(taken), /^destroy (\S+)/)).toEqual(names(lines(made), /^create (\S+)/));
});

test('confirming is one restore that fails where its time ran out meanwhile', () => {
  const after = afterTrial(backend, ABSENT, planned(null)) as typeof ABSENT;
  const [only, ...more] = backend.confirm(after, ID);
  expect(more).toEqual([]);
  const text = (only?.stdin ?? '').split('\n');
  const strict = text.findIndex((line) => /^del ddostop-(?:block|target)/.test(line) && !line.endsWith('-exist'));
  const firstLenient = text.findIndex((line) => line.endsWith('-exist'));
  expect(strict).toBeGreaterThan(0);
  expect(strict).toBeLessThan(firstLenient);
});

test('a claim comes before every line with -exist, and a lock once held is kept', () => {
  expect(claimLines({ exists: true, generation: 255, holder: null }, 'me')).toEqual([
    'add ddostop-lock 0 timeout 15 comment "me"',
    'del ddostop-lock 255',
    'add ddostop-lock 1',
  ]);
  expect(
    claimLines({ exists: true, generation: 7, holder: 'me' }, 'me').every((line) => line.endsWith(' -exist')),
  ).toBe(true);
  const stdin = `${claimLines({ exists: true, generation: 7, holder: null }, 'me').join('\n')}\nadd ddostop-block4 192.0.2.1 -exist\n`;
  const failed = (line: number) => reserveLine(stdin, `ipset v7.17: Error in line ${line}: it's not added`);
  expect(failed(1)).toBe('add ddostop-lock 0 timeout 5 comment "me"');
  expect(failed(2)).toBe('add ddostop-lock 0 timeout 5 comment "me" -exist');
  expect(failed(4)).toBeNull();
  expect(reserveLine(stdin, 'ipset v7.17: Cannot open session to kernel.')).toBeNull();
});

test('equal plans have equal shapes, whoever holds the lock and however long they live', () => {
  const shape = (state: typeof ABSENT, trial: PlannedTrial) => backend.shapeOf(backend.trial(state, trial));
  const trial = planned(null);
  const laid = { ...(afterTrial(backend, ABSENT, trial) as typeof ABSENT), elements: [], byKey: new Map() };
  expect(shape(laid, trial)).toBe(shape(ABSENT, trial));
  expect(shape(ABSENT, { ...trial, windowSec: 60 })).toBe(shape(ABSENT, trial));
  expect(shape(ABSENT, { ...trial, entries: trial.entries.slice(1) })).not.toBe(shape(ABSENT, trial));
});

test('a life that ipset cannot count is refused', () => {
  expect(() => backend.trial(ABSENT, { ...planned(null), ttlSec: 2_592_000 })).toThrow(
    expect.objectContaining({ code: 'BAD_TTL' }),
  );
});

test('words of rules: quoted where they have blanks, refused where they would be another rule', () => {
  expect(restoreWords(['-m', 'u32', '--u32', '0>>22&0x3C@8=1 && 4=2'])).toBe('-m u32 --u32 "0>>22&0x3C@8=1 && 4=2"');
  for (const word of ['a"b', 'a\nb', 'a\\', '', 'ü']) expect(() => restoreWords([word])).toThrow('not a word');
  expect(withoutSets('-A X -p tcp -m set --match-set ddostop-guard4 src,dst -m comment --comment a -j ACCEPT\n')).toBe(
    '-A X -p tcp -m comment --comment a -j ACCEPT\n',
  );
});
