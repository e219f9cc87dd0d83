/** Results of `ddostop hooks` as text. Names are ours; what other sides said, and targets, are cleaned. */
import type { HookConfig, HookEventName } from '../../config/hook-config.js';
import { cleanText, visibleText } from '../../format/clean-text.js';
import { formatExact } from '../../format/number-format.js';
import { formatDuration } from '../../format/time-format.js';
import type { HookDelivery } from '../../hooks/hook-event.js';
import type { Outcome } from '../../hooks/senders/outcome.js';
import type { Shown } from '../../hooks/senders/sender.js';
import type { TestStep } from '../../hooks/test-hook.js';

const MOST_CELLS = 300;

export interface HookListRow
  extends Pick<
    HookConfig,
    'name' | 'kind' | 'events' | 'leastSeverity' | 'leastUrgency' | 'targets' | 'everySec' | 'perHour'
  > {
  /** Null: ready to send. */
  readonly problem: string | null;
}

export function listText(rows: readonly HookListRow[]): string {
  if (rows.length === 0) return 'No hooks. Name them below "hooks:" in the configuration.\n';
  const nameCells = Math.max(...rows.map(({ name }) => name.length)) + 2;
  return rows
    .map((row) => {
      const when = [
        row.events.join(', '),
        `from ${row.leastSeverity}${row.leastUrgency > 0 ? ` and urgency ${row.leastUrgency}` : ''}`,
        row.targets.length === 0 ? 'all targets' : `${formatExact(row.targets.length)} targets`,
        `1 in ${formatDuration(row.everySec)}, ${formatExact(row.perHour)} an hour`,
      ].join('; ');
      const problem = row.problem === null ? '' : `  ! ${cleanText(row.problem, MOST_CELLS)}\n`;
      return `${row.name.padEnd(nameCells)}${row.kind.padEnd(19)}${when}\n${problem}`;
    })
    .join('');
}

export interface TestRow {
  readonly hook: string;
  readonly kind: HookConfig['kind'];
  readonly steps: readonly TestStep[];
}

export function testText(rows: readonly TestRow[]): string {
  const lines = rows.flatMap(({ hook, kind, steps }) =>
    steps.map(({ event, outcome }) => `${hook} (${kind}), ${event}: ${outcomeWords(outcome)}`),
  );
  return `${lines.join('\n')}\n`;
}

function outcomeWords(outcome: Outcome | null): string {
  if (outcome === null) return 'nothing to send for this event';
  if (outcome.kind !== 'sent') return `FAILED: ${cleanText(outcome.message, MOST_CELLS)}`;
  const parts = [outcome.reference, outcome.url, outcome.remark].filter((part) => part !== null);
  return ['sent', ...parts.map((part) => cleanText(part, MOST_CELLS))].join(', ');
}

export function shownText(hooks: readonly { readonly hook: string; readonly requests: readonly Shown[] }[]): string {
  const parts = hooks.flatMap(({ hook, requests }) =>
    requests.length === 0
      ? [`# ${hook}: nothing to send for this event\n`]
      : requests.map(({ what, lines }) => `# ${hook}: ${what}\n${lines.map(shownLines).join('\n')}\n`),
  );
  return parts.join('\n');
}

function shownLines(text: string): string {
  return text.split('\n').map(visibleText).join('\n');
}

export interface SpoolRow {
  readonly hook: string;
  readonly event: HookEventName;
  readonly test: boolean;
  readonly incident: string;
  readonly target: string;
  /** Epoch seconds. */
  readonly queuedAt: number;
  readonly attempts: number;
  readonly notBefore: number;
}

export function spoolText(folder: string, sender: number | null, waiting: readonly SpoolRow[], nowSec: number): string {
  const place = cleanText(folder, MOST_CELLS);
  if (waiting.length === 0) return `Nothing waits in ${place}.\n`;
  const who = sender === null ? 'no running ddostop sends it: ddostop hooks retry' : `process ${sender} sends it`;
  const lines = waiting.map(({ hook, event, incident, target, queuedAt, attempts, notBefore }) => {
    const next = notBefore > nowSec ? `, next in ${formatDuration(notBefore - nowSec)}` : '';
    const tries = attempts === 0 ? 'not tried yet' : `${formatExact(attempts)} tries${next}`;
    const what = `${event} of ${cleanText(incident, 60)}, ${cleanText(target, 80)}`;
    return `${hook}: ${what}, for ${formatDuration(nowSec - queuedAt)}, ${tries}`;
  });
  return `${[...lines, '', `${formatExact(waiting.length)} in ${place}; ${who}.`].join('\n')}\n`;
}

export function retryText(deliveries: readonly HookDelivery[], left: number): string {
  const lines = deliveries.map(({ incidentId, outcome, record }) => {
    const words = [record.reference, record.message].filter((part) => part !== null).join(', ');
    return cleanText(
      `${record.hook}: ${record.event} of ${incidentId}: ${outcome}${words === '' ? '' : `, ${words}`}`,
      MOST_CELLS,
    );
  });
  return `${[...lines, left === 0 ? 'Nothing waits any more.' : `${formatExact(left)} still wait.`].join('\n')}\n`;
}
