/** What people, mitigations and hooks did, as sentences. */
import { formatBytes, formatCount, formatFineShare, formatPpsUnit } from '../../format/number-format.js';
import { formatDuration } from '../../format/time-format.js';
import type { DeliveryRecord, EffectRecord, JournalEvent, SignatureRecord } from '../journal-event.js';

type Act = Exclude<JournalEvent, { kind: 'observed' | 'alerted' }>;

/** Null: nothing to tell (a picture is seen, not told). */
export function actWords(event: Act): { readonly what: string; readonly words: string } | null {
  switch (event.kind) {
    case 'lost-sight':
      return { what: 'lost-sight', words: `nobody watches it any more: ${event.reason}` };
    case 'acknowledged':
      return { what: 'acknowledged', words: 'acknowledged' };
    case 'marked':
      return { what: 'marked', words: markWords(event) };
    case 'noted':
      return { what: 'noted', words: event.text };
    case 'acted': {
      const { what, words, mitigationId, backend } = event.action;
      return { what: 'acted', words: `${what} ${mitigationId} (${backend}): ${words}` };
    }
    case 'measured':
      return { what: 'measured', words: effectWords(event.effect) };
    case 'signed':
      return { what: 'signed', words: signatureWords(event.signature) };
    case 'kept': {
      const { path, bytes, words } = event.file;
      return { what: 'kept', words: `${path}, ${formatBytes(bytes)}${words === '' ? '' : `: ${words}`}` };
    }
    case 'told':
      return { what: 'told', words: deliveryWords(event.delivery) };
    case 'pictured':
      return null;
  }
}

const MARKS = {
  'true-positive': 'was an attack',
  'false-positive': 'was no attack',
  duplicate: 'is the same as',
  test: 'was a test',
} as const;

function markWords({ mark, of, reason }: Extract<Act, { kind: 'marked' }>): string {
  if (mark === null) return 'mark taken back';
  return `${MARKS[mark]}${of === null ? '' : ` ${of}`}${reason === '' ? '' : `: ${reason}`}`;
}

function effectWords(effect: EffectRecord): string {
  const { mitigationId, seconds, attackBeforePps, attackAfterPps, goodBeforePps, goodAfterPps, droppedPackets } =
    effect;
  const parts = [
    changeWords('attack', attackBeforePps, attackAfterPps),
    changeWords('all else', goodBeforePps, goodAfterPps),
    droppedPackets === null ? '' : `${formatCount(droppedPackets)} packets dropped`,
  ].filter((part) => part !== '');
  const seen = parts.length === 0 ? 'nothing of it is seen from here' : parts.join('; ');
  return `${mitigationId} over ${formatDuration(seconds)}: ${seen}`;
}

function changeWords(what: string, before: number | null, after: number | null): string {
  if (before === null || after === null) return '';
  return `${what} ${formatPpsUnit(before)} before, ${formatPpsUnit(after)} after`;
}

function signatureWords({ words, recall, collateral, refused }: SignatureRecord): string {
  if (refused !== null) return `no rule: ${refused}`;
  const hit = recall === null ? '' : `, ${formatFineShare(recall.estimate)} of the attack`;
  const harm = collateral === null ? '' : `, at most ${formatFineShare(collateral.high)} of good traffic`;
  return `rule: ${words}${hit}${harm}`;
}

function deliveryWords({ hook, kind, event, ok, reference, message }: DeliveryRecord): string {
  const result = ok ? (reference ?? 'taken') : `failed${message === null ? '' : `: ${message}`}`;
  return `${hook} (${kind}) ${event}: ${result}`;
}
