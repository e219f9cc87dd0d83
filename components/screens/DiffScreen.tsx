/** Screen 3: what tells the attack from good traffic, and the rule that follows. */
import { Box } from 'ink';
import { formatShare } from '../../src/format/number-format.js';
import { formatClock } from '../../src/format/time-format.js';
import { type Analysis, GOOD_WORDS } from '../../src/signature/analysis.js';
import type { Refusal } from '../../src/signature/rule.js';
import { DiffPanel } from '../panels/DiffPanel.js';
import type { DiffView } from '../panels/diff-view.js';
import { RulePanel } from '../panels/RulePanel.js';
import { type Line, span } from '../theme/paint.js';
import { Block } from '../widgets/Block.js';
import { paneLines } from '../widgets/pane.js';
import { wrapWords } from '../widgets/wrap.js';
import type { DiffLayout } from './diff-layout.js';
import type { ScreenProps } from './screen-props.js';

export type DiffScreenProps = ScreenProps & { readonly layout: DiffLayout };

export function DiffScreen(props: DiffScreenProps) {
  const { diff, layout, theme, columns } = props;
  const { analysis } = diff;
  if (analysis === null) {
    const height = layout.isSideBySide ? layout.diff.height : layout.diff.height + layout.rule.height;
    return (
      <Block
        lines={paneLines({ title: 'Diff', hotKey: '3' }, emptyLines(diff, columns - 4), columns, height)}
        width={columns}
        height={height}
        theme={theme}
      />
    );
  }
  const shown = diffOf(analysis, diff);
  return (
    <Box flexDirection={layout.isSideBySide ? 'row' : 'column'} flexShrink={0}>
      <DiffPanel
        rows={diff.rows}
        offset={diff.offset}
        selected={diff.index}
        clause={diff.match.clauses[diff.clauseIndex]}
        attackWords={attackWords(diff, analysis)}
        goodWords={goodWords(analysis)}
        isBaseline={analysis.good.is !== 'rest' && analysis.good.is !== 'none'}
        isFocused={diff.pane === 'diff'}
        width={layout.diff.width}
        height={layout.diff.height}
        theme={theme}
      />
      <RulePanel
        rule={diff.rule}
        refused={diff.isEdited ? null : refusalOf(diff, analysis)}
        isEdited={diff.isEdited}
        isMeasuring={diff.isMeasuring}
        goodRows={shown?.good.rows ?? 0}
        backend={diff.backends.find(({ backend }) => backend === diff.backend) ?? null}
        clauseIndex={diff.clauseIndex}
        scroll={diff.ruleScroll}
        isFocused={diff.pane === 'rule'}
        width={layout.rule.width}
        height={layout.rule.height}
        theme={theme}
      />
    </Box>
  );
}

/** Of the rows the rule is made from. */
function diffOf({ diffs }: Analysis, { match }: DiffView) {
  return diffs.find(({ kind }) => kind === match.kind) ?? diffs[0];
}

function refusalOf({ backend }: DiffView, { proposal, requests }: Analysis): Refusal | null {
  return (backend === 'waf' ? (requests ?? proposal) : proposal).refused;
}

function attackWords(diff: DiffView, analysis: Analysis): string {
  const { phase } = diff;
  const { target, attack, vectors } = analysis;
  const fraction = diffOf(analysis, diff)?.attackFraction;
  const share = fraction === undefined || fraction.from === 'none' ? '' : `${formatShare(fraction.value)} attack`;
  const named = vectors[0]?.name ?? '';
  const at = Number.isFinite(attack.toSec) ? `to ${formatClock(attack.toSec)}` : '';
  const parts = [named, target ?? '', share, at, phase === 'working' ? 'looking again…' : ''];
  return parts.filter((part) => part !== '').join('  ');
}

function goodWords({ good }: Analysis): string {
  const words = GOOD_WORDS[good.is];
  return Number.isFinite(good.fromSec) ? `${words}, ${formatClock(good.fromSec)} to ${formatClock(good.toSec)}` : words;
}

const HOW_TO = [
  'd compares what a target gets now with what it got before the attack: press it on an incident, on a target, or here for the largest incident.',
  '= marks rows as good traffic, - as attack, in the tables of sources and ports; the diff then holds one against the other.',
];

function emptyLines({ phase, target, error }: DiffView, cells: number): Line[] {
  const words = (text: string, color: 'dim' | 'text' | 'critical'): Line[] =>
    wrapWords(text, cells - 2).map((line): Line => [span(`  ${line}`, color)]);
  if (phase === 'working') return [[], ...words(`looking at what ${target ?? 'the target'} gets…`, 'text')];
  const why = phase === 'failed' && error !== null ? [...words(error, 'critical'), []] : [];
  return [[], ...why, ...HOW_TO.flatMap((text) => [...words(text, 'dim'), []])];
}
