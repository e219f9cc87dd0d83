/** What an analysis found, as the journal keeps it: the rule with its measure, and what the attack looks like value by value. */
import type { Analysis, Proposal } from '../signature/analysis.js';
import type { Diff } from '../signature/diff/diff.js';
import { ruleWords, valueWords } from '../signature/words.js';
import type { PictureTop, SignatureRecord } from './journal-event.js';

/** A rule of sources may have hundreds of lines; a ticket has none of these. */
const MOST_LINES = 200;
const RULE_CELLS = 200;
const MOST_ATTRIBUTES = 12;
const MOST_VALUES = 8;
/** What is less common tells nobody anything. */
const LEAST_SHARE = 0.02;

export function signatureRecordOf({ proposal, requests }: Analysis): SignatureRecord {
  const best = proposal.rule === null && requests?.rule ? requests : proposal;
  return {
    words: best.rule === null ? '' : ruleWords(best.rule, RULE_CELLS),
    recall: best.rule?.recall ?? null,
    collateral: best.rule?.collateral ?? null,
    backends: { ...textsOf(requests), ...textsOf(proposal) },
    refused: best.rule !== null ? null : (best.refused?.message ?? 'no rule was found'),
  };
}

function textsOf(proposal: Proposal | null): Record<string, string[]> {
  const texts = (proposal?.backends ?? []).map(({ backend, text, ip6 }) => [backend, [...text, ...ip6]] as const);
  return Object.fromEntries(
    texts.filter(([, text]) => text.length > 0).map(([name, text]) => [name, text.slice(0, MOST_LINES)]),
  );
}

/** The attributes that tell most, with their largest values; shares are of the attack, packets those of its window. */
export function attackTopsOf({ diffs }: Analysis): PictureTop[] {
  return diffs
    .flatMap((diff) => diff.attributes.slice(0, MOST_ATTRIBUTES).map((attribute) => topOf(diff, attribute)))
    .filter(({ rows }) => rows.length > 0);
}

function topOf({ attack, kind }: Diff, { attribute, values, otherValues }: Diff['attributes'][number]): PictureTop {
  const shown = values.filter(({ attackShare }) => attackShare >= LEAST_SHARE).slice(0, MOST_VALUES);
  return {
    name: kind === 'packet' ? attribute.name : `${kind}: ${attribute.name}`,
    rows: shown.map(({ value, attackShare }) => ({
      key: valueWords(attribute.name, value),
      packets: Math.round(attackShare * attack.packets),
      bytes: 0,
      share: Math.max(0, Math.min(1, attackShare)),
    })),
    distinct: values.length + otherValues,
    exact: false,
  };
}
