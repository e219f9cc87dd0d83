/** Screen 5: the firewall's own counters: rules, sets, what is dropped, and what the host's stack says. */
import { Box } from 'ink';
import { cleanText } from '../../src/format/clean-text.js';
import type { RulesView } from '../../src/snapshot/rules-view.js';
import { RulesPanel } from '../panels/RulesPanel.js';
import { ElementsPanel, SetsPanel } from '../panels/SetsPanel.js';
import { SignalsPanel } from '../panels/SignalsPanel.js';
import { type Line, span } from '../theme/paint.js';
import { Block } from '../widgets/Block.js';
import { paneLines } from '../widgets/pane.js';
import { wrapWords } from '../widgets/wrap.js';
import type { RulesLayout } from './rules-layout.js';
import type { ScreenProps } from './screen-props.js';

export type RulesScreenProps = ScreenProps & { readonly layout: RulesLayout };

export function RulesScreen(props: RulesScreenProps) {
  const { rules, layout, columns, theme } = props;
  const { view } = rules;
  const height = layout.rulesHeight + layout.lowerHeight;
  if (view === null || view.state === 'failed' || view.state === 'waiting') {
    const lines = paneLines({ title: 'Rules', hotKey: '5' }, emptyLines(rules.why, view, columns - 4), columns, height);
    return <Block lines={lines} width={columns} height={height} theme={theme} />;
  }
  if (layout.isSingle && rules.pane !== 'rules') return lowerPane(props, view, rules.pane, columns, height);
  return (
    <Box flexDirection="column" flexShrink={0}>
      <RulesPanel
        view={view}
        rows={rules.rows}
        offset={rules.ruleOffset}
        selected={rules.ruleIndex}
        unit={props.unit}
        isFocused={rules.pane === 'rules'}
        width={columns}
        height={layout.rulesHeight}
        theme={theme}
      />
      {layout.lowerHeight > 0 && (
        <Box flexDirection="row" flexShrink={0}>
          {layout.lower.map(({ pane, width }) => lowerPane(props, view, pane, width, layout.lowerHeight))}
        </Box>
      )}
    </Box>
  );
}

function lowerPane(
  { rules, layout, theme }: RulesScreenProps,
  view: RulesView,
  pane: RulesLayout['lower'][number]['pane'],
  width: number,
  height: number,
) {
  const box = { width, height, theme };
  if (pane === 'signals') return <SignalsPanel key={pane} signals={view.signals} notes={view.notes} {...box} />;
  // Where there is room for one of them only, what has been opened stands in the place of the list.
  const hasDropped = layout.lower.some((other) => other.pane === 'dropped') || layout.isSingle;
  if (pane === 'sets' && (hasDropped ? true : rules.pane !== 'dropped'))
    return (
      <SetsPanel
        key={pane}
        sets={view.sets}
        offset={rules.setOffset}
        selected={rules.setIndex}
        isFocused={rules.pane === 'sets'}
        {...box}
      />
    );
  const { openSet } = view;
  return (
    <ElementsPanel
      key={pane}
      title={openSet === null ? 'Dropped most' : titleOf(openSet.key)}
      rows={openSet === null ? view.topDropped : openSet.rows}
      total={openSet === null ? view.topDropped.length : openSet.total}
      offset={rules.elementOffset}
      empty={openSet === null ? 'nothing yet by sets that count' : 'nothing in it'}
      isFocused={rules.pane === 'dropped'}
      {...box}
    />
  );
}

/** Sets of ours by what they are for. */
function titleOf(key: string): string {
  return /\btop[46]_[a-z2-7]{5}_/.test(key) ? 'Senders, counted in the kernel' : `In ${key}`;
}

function emptyLines(why: string, view: RulesView | null, cells: number): Line[] {
  const text = view === null || view.detail === '' ? why : view.detail;
  return [[], ...wrapWords(cleanText(text, 4000), cells).map((line): Line => [span(`  ${line}`, 'suspect')])];
}
