/** Screen 8: the log, full height. */
import { LogPanel } from '../panels/LogPanel.js';
import type { ScreenProps } from './screen-props.js';

export function LogScreen({ log, logScroll, columns, height, theme }: ScreenProps & { readonly height: number }) {
  return <LogPanel log={log} scroll={logScroll} isFocused width={columns} height={height} theme={theme} />;
}
