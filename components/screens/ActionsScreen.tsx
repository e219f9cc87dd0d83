/** Screen 7: live mitigations. */
import { ActionsPanel } from '../panels/ActionsPanel.js';
import type { ScreenProps } from './screen-props.js';

export function ActionsScreen({
  actions,
  actionsError,
  actionIndex,
  kept,
  columns,
  height,
  theme,
}: ScreenProps & { readonly height: number }) {
  return (
    <ActionsPanel
      actions={actions}
      error={actionsError}
      kept={kept}
      selected={actionIndex}
      width={columns}
      height={height}
      theme={theme}
    />
  );
}
