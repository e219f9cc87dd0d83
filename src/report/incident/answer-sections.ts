/** What was done about it: the rule and its measure, actions, what they did to attack and good traffic, who was told. */
import { formatCount, formatFineShare, formatPpsUnit, formatShare, NO_DATA } from '../../format/number-format.js';
import { formatDateTime, formatDuration } from '../../format/time-format.js';
import type { EffectRecord } from '../../incident/journal-event.js';
import type { StoredIncident } from '../../incident/stored-incident.js';
import type { Interval } from '../../signature/rule.js';
import type { Block, Column, Section } from './incident-document.js';

/** A rule of sources may have hundreds of lines; the journal has them all. */
const MOST_RULE_LINES = 40;
const MOST_ROWS = 100;

export function ruleSection({ signature }: StoredIncident): Section {
  const section = { id: 'rule', title: 'Signature and rule' };
  if (signature === null) return { ...section, blocks: [] };
  const { words, recall, collateral, backends, refused } = signature;
  if (refused !== null)
    return { ...section, blocks: [{ kind: 'paragraph', sentences: [`No rule is proposed: ${refused}`] }] };
  const rows = [
    { name: 'rule', value: words },
    { name: 'of the attack it matches', value: measureWords(recall, formatShare) },
    { name: 'of good traffic it matches', value: measureWords(collateral, formatFineShare) },
  ];
  return { ...section, blocks: [{ kind: 'facts', rows }, ...Object.entries(backends).flatMap(backendBlock)] };
}

function measureWords(interval: Interval | null, format: (share: number) => string): string {
  if (interval === null) return 'not measured';
  return `${format(interval.estimate)} (with 95% certainty ${format(interval.low)} to ${format(interval.high)})`;
}

function backendBlock([name, lines]: [string, readonly string[]]): Block[] {
  if (lines.length === 0) return [];
  return [codeBlock(name, lines)];
}

function codeBlock(title: string, lines: readonly string[]): Block {
  const rest = lines.length - MOST_RULE_LINES;
  const titled = rest > 0 ? `${title} (${formatCount(rest)} more lines are left out)` : title;
  return { kind: 'code', title: titled, lines: lines.slice(0, MOST_RULE_LINES) };
}

const LEFT = (title: string): Column => ({ title, align: 'left' });
const RIGHT = (title: string): Column => ({ title, align: 'right' });

export function actionSection({ actions, effects }: StoredIncident): Section {
  const section = { id: 'actions', title: 'Actions and their effect' };
  if (actions.length === 0 && effects.length === 0) {
    return { ...section, blocks: [{ kind: 'paragraph', sentences: ['Nothing was done against it from here.'] }] };
  }
  const blocks: Block[] = [];
  if (actions.length > 0) {
    blocks.push({
      kind: 'table',
      title: '',
      columns: [LEFT('when (UTC)'), LEFT('who'), LEFT('what'), LEFT('where'), RIGHT('for'), LEFT('rule')],
      rows: actions
        .slice(0, MOST_ROWS)
        .map(({ at, by, what, backend, ttlSec, words, mitigationId }) => [
          formatDateTime(at),
          by,
          what,
          backend,
          ttlSec === null ? NO_DATA : formatDuration(ttlSec),
          `${mitigationId}: ${words}`,
        ]),
      note: moreNote(actions.length),
    });
  }
  blocks.push(...effectBlocks(effects));
  const applied = actions.filter(({ what, rules }) => what === 'applied' && rules.length > 0).slice(0, 10);
  blocks.push(
    ...applied.map(({ mitigationId, backend, rules }) => codeBlock(`${mitigationId}, as given to ${backend}`, rules)),
  );
  return { ...section, blocks };
}

function effectBlocks(effects: readonly (EffectRecord & { readonly at: number })[]): Block[] {
  if (effects.length === 0) return [];
  return [
    {
      kind: 'table',
      title: 'Measured effect',
      columns: [
        LEFT('mitigation'),
        LEFT('measured (UTC)'),
        RIGHT('attack before'),
        RIGHT('attack after'),
        RIGHT('good before'),
        RIGHT('good after'),
        RIGHT('dropped packets'),
      ],
      rows: effects
        .slice(0, MOST_ROWS)
        .map((effect) => [
          effect.mitigationId,
          formatDateTime(effect.at),
          ...[effect.attackBeforePps, effect.attackAfterPps, effect.goodBeforePps, effect.goodAfterPps].map(seenPps),
          effect.droppedPackets === null ? NOT_SEEN : formatCount(effect.droppedPackets),
        ]),
      note: `Means over ${formatDuration(effects.at(-1)?.seconds ?? 0)}. Good is all that goes to the target and is not of the attack's vectors.`,
    },
  ];
}

const NOT_SEEN = 'not seen from here';

function seenPps(pps: number | null): string {
  return pps === null ? NOT_SEEN : formatPpsUnit(pps);
}

export function deliverySection({ deliveries }: StoredIncident): Section {
  const items = deliveries.slice(0, MOST_ROWS).map(({ at, hook, kind, event, ok, message, reference, url }) => {
    const to = hook === kind ? hook : `${hook} (${kind})`;
    const result = ok ? 'taken' : `failed${message === null ? '' : `: ${message}`}`;
    const where = [reference, url].filter((one) => one !== null && one !== '').join(', ');
    return `${formatDateTime(at)} ${to}, ${event}: ${result}${where === '' ? '' : `, ${where}`}`;
  });
  const rest = moreNote(deliveries.length);
  const blocks: Block[] = [
    { kind: 'list', items },
    ...(rest === '' ? [] : [{ kind: 'paragraph' as const, sentences: [`${rest}.`] }]),
  ];
  return { id: 'deliveries', title: 'Tickets and messages', blocks: deliveries.length === 0 ? [] : blocks };
}

function moreNote(count: number): string {
  return count > MOST_ROWS ? `${formatCount(count - MOST_ROWS)} more are left out` : '';
}
