/** Screen 4, its page of the edge's network: attacks above, what passed and was dropped below. */
import { Box } from 'ink';
import { EdgeAttacksPanel } from '../panels/EdgeAttacksPanel.js';
import { EdgeNetworkPanel } from '../panels/EdgeNetworkPanel.js';
import { attacksHeight } from './edge-network-layout.js';
import type { ScreenProps } from './screen-props.js';

export type EdgeNetworkScreenProps = ScreenProps & { readonly height: number };

export function EdgeNetworkScreen({ edge, unit, columns, height, theme }: EdgeNetworkScreenProps) {
  const { network, attackIndex, attackOffset } = edge;
  if (network === null) return null;
  const upper = attacksHeight(network.attacks.length, height);
  return (
    <Box flexDirection="column" flexShrink={0}>
      <EdgeAttacksPanel
        view={network}
        unit={unit}
        offset={attackOffset}
        selected={attackIndex}
        isFocused={true}
        width={columns}
        height={upper}
        theme={theme}
      />
      <EdgeNetworkPanel view={network} unit={unit} width={columns} height={height - upper} theme={theme} />
    </Box>
  );
}
