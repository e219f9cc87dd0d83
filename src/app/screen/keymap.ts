/** The one table of keys: key -> named action -> help text. Help overlay, hint line and tests are made from it. */

export type ActionName =
  | 'screen.overview'
  | 'screen.talkers'
  | 'screen.diff'
  | 'screen.requests'
  | 'screen.rules'
  | 'screen.incidents'
  | 'screen.actions'
  | 'screen.log'
  | 'pane.next'
  | 'pane.previous'
  | 'cursor.down'
  | 'cursor.up'
  | 'cursor.pageDown'
  | 'cursor.pageUp'
  | 'cursor.top'
  | 'cursor.bottom'
  | 'drill'
  | 'escape'
  | 'sort.next'
  | 'sort.reverse'
  | 'unit'
  | 'aggregate'
  | 'window.shorter'
  | 'window.longer'
  | 'layer'
  | 'mark'
  | 'diff'
  | 'label.good'
  | 'label.attack'
  | 'filterThere'
  | 'intel'
  | 'backend'
  | 'freeze'
  | 'copy'
  | 'evidence'
  | 'triage'
  | 'hooks'
  | 'theme'
  | 'mitigate'
  | 'mitigate.apply'
  | 'mitigate.narrow'
  | 'mitigate.action'
  | 'confirm'
  | 'extend'
  | 'keep'
  | 'again'
  | 'senders'
  | 'underAttack'
  | 'audit'
  | 'undo'
  | 'help'
  | 'quit'
  | 'quit.now'
  | 'repaint'
  | 'suspend';

/** Where a key means something: on the screens, in the mitigation panel, or everywhere. */
export type KeyScope = 'screen' | 'panel' | 'everywhere';

export interface KeyBinding {
  readonly action: ActionName;
  /** First one is shown. */
  readonly keys: readonly string[];
  /** As shown to people, e.g. "Ctrl-L". */
  readonly label: string;
  /** "": told together with the key before it. */
  readonly help: string;
  /** Short word for the hint line; "" = not there. */
  readonly hint: string;
  readonly group: 'Screens' | 'Move' | 'Look' | 'Act' | 'Program';
  readonly scope: KeyScope;
}

const key = (
  group: KeyBinding['group'],
  action: ActionName,
  keys: readonly string[],
  label: string,
  help: string,
  hint = '',
  scope: KeyScope = 'screen',
): KeyBinding => ({ action, keys, label, help, hint, group, scope });

export const KEYMAP: readonly KeyBinding[] = [
  key('Screens', 'screen.overview', ['1'], '1', 'overview'),
  key('Screens', 'screen.talkers', ['2'], '2', 'talkers: one table, full height'),
  key('Screens', 'screen.diff', ['3'], '3', 'diff: attack against good, and the rule that follows'),
  key('Screens', 'screen.requests', ['4'], '4', 'requests: in payloads; 4 again: as the edge logged them'),
  key('Screens', 'screen.rules', ['5'], '5', 'rules: counters of the firewall, sets, the stack'),
  key('Screens', 'screen.incidents', ['6'], '6', 'incidents by urgency; 6 again: figures of the team'),
  key('Screens', 'screen.actions', ['7'], '7', 'actions: what is being dropped now'),
  key('Screens', 'screen.log', ['8'], '8', 'log of this session'),
  key('Move', 'pane.next', ['tab', 'l', 'right'], 'Tab', 'next pane or table', 'pane'),
  key('Move', 'pane.previous', ['shift-tab', 'h', 'left'], 'Shift-Tab', 'previous pane or table'),
  key('Move', 'cursor.down', ['j', 'down'], 'j ↓', 'down, up', '', 'everywhere'),
  key('Move', 'cursor.up', ['k', 'up'], 'k ↑', '', '', 'everywhere'),
  key('Move', 'cursor.pageDown', ['pagedown', 'ctrl-f'], 'PgDn', 'page down, page up', '', 'everywhere'),
  key('Move', 'cursor.pageUp', ['pageup', 'ctrl-b'], 'PgUp', '', '', 'everywhere'),
  key('Move', 'cursor.top', ['g', 'home'], 'g', 'first row, last row', '', 'everywhere'),
  key('Move', 'cursor.bottom', ['G', 'end'], 'G', '', '', 'everywhere'),
  key('Look', 'drill', ['enter'], 'Enter', 'narrow the tables to this row', 'drill'),
  key('Look', 'escape', ['escape'], 'Esc', 'back: close, unmark, take a filter off', '', 'everywhere'),
  key('Look', 'sort.next', ['s'], 's', 'sort by the next column', 'sort'),
  key('Look', 'sort.reverse', ['S'], 'S', 'reverse the order'),
  key('Look', 'unit', ['u'], 'u', 'packets or bits', 'unit'),
  key('Look', 'aggregate', ['a'], 'a', 'group addresses: host, /24, /16, /8', 'group'),
  key('Look', 'window.shorter', [','], ',', 'rates over less, over more: 1, 3, 10, 60 s, all'),
  key('Look', 'window.longer', ['.'], '.', '', 'window'),
  key('Look', 'layer', ['t'], 't', 'tunnels: outer or inner header'),
  key('Look', 'diff', ['d'], 'd', 'compare what the target gets with what it got before', 'diff'),
  key('Look', 'label.good', ['='], '=', 'diff: the row is good traffic, is attack'),
  key('Look', 'label.attack', ['-'], '-', ''),
  key('Look', 'filterThere', ['F'], 'F', 'requests: let the edge itself filter, or not'),
  key('Look', 'intel', ['I'], 'I', 'requests: what Cloudflare knows of this client'),
  key('Look', 'backend', ['b'], 'b', 'diff: the rule for the next backend'),
  key('Look', 'freeze', ['p'], 'p', 'freeze the picture; counting goes on', 'freeze'),
  key('Look', 'theme', ['T'], 'T', 'next theme'),
  key('Act', 'mark', ['space'], 'Space', 'mark the row; on the diff take the value in or out', 'mark'),
  key('Act', 'mitigate', ['m'], 'm', 'preview a mitigation of row or marks; never acts', 'mitigate'),
  key('Act', 'mitigate.apply', ['A'], 'A', 'apply what the preview shows', '', 'panel'),
  key('Act', 'mitigate.narrow', ['n'], 'n', 'take the narrower plan that is allowed', '', 'panel'),
  key('Act', 'mitigate.action', ['x'], 'x', 'at the edge: block, challenge, or log', '', 'panel'),
  key('Act', 'confirm', ['c'], 'c', 'keep the applied mitigation (inside the window)', '', 'everywhere'),
  key('Act', 'undo', ['z'], 'z', 'undo: the selected action, else the newest', '', 'everywhere'),
  key('Act', 'extend', ['e'], 'e', 'extend the selected action; keep it while it matches'),
  key('Act', 'keep', ['E'], 'E', ''),
  key('Act', 'again', ['R'], 'R', 'apply again what vanished from the firewall (preview)'),
  key('Act', 'senders', ['M'], 'M', 'preview counting the senders to a target in the kernel'),
  key('Act', 'underAttack', ['U'], 'U', 'preview attack mode for the zone: all are challenged'),
  key('Act', 'audit', ['L'], 'L', 'audit log: what was done to the firewall'),
  key('Act', 'evidence', ['w'], 'w', 'write evidence: packets of row or incident, its report', 'evidence'),
  key('Act', 'triage', ['i'], 'i', 'acknowledge the incident, say what it was', 'acknowledge'),
  key('Act', 'hooks', ['o'], 'o', 'tell the incident: ticket, page, message; test a hook', 'ticket'),
  key('Act', 'copy', ['y'], 'y', 'copy the row or the commands (OSC 52)', '', 'everywhere'),
  key('Program', 'help', ['?', 'f1'], '?', 'this help', 'help', 'everywhere'),
  key('Program', 'quit', ['q'], 'q', 'back, on the overview quit', 'quit', 'everywhere'),
  key('Program', 'quit.now', ['ctrl-c'], 'Ctrl-C', 'quit at once', '', 'everywhere'),
  key('Program', 'repaint', ['ctrl-l'], 'Ctrl-L', 'draw the screen anew', '', 'everywhere'),
  key('Program', 'suspend', ['ctrl-z'], 'Ctrl-Z', 'to the shell; fg comes back', '', 'everywhere'),
];

/** Keys that must never do anything: neighbours of harmless ones, flow control, habits from editors. */
export const HARMLESS_KEYS: readonly string[] = [
  'ctrl-d',
  'ctrl-k',
  'ctrl-s',
  'ctrl-q',
  'delete',
  'backspace',
  'paste',
];

const BY_KEY = new Map(KEYMAP.flatMap((binding) => binding.keys.map((name) => [name, binding] as const)));

/** What `key` does in `scope`; null = nothing. */
export function actionOf(name: string, scope: 'screen' | 'panel'): ActionName | null {
  const binding = BY_KEY.get(name);
  if (!binding) return null;
  return binding.scope === 'everywhere' || binding.scope === scope ? binding.action : null;
}

/** Help text of every key, pairs in one line. */
export function keyHelp(): { readonly group: string; readonly label: string; readonly help: string }[] {
  const lines: { group: string; label: string; help: string }[] = [];
  for (const { group, label, help } of KEYMAP) {
    const before = lines.at(-1);
    if (help === '' && before) before.label = `${before.label} ${label}`;
    else lines.push({ group, label, help });
  }
  return lines;
}

export function bindingOf(action: ActionName): KeyBinding {
  return KEYMAP.find((binding) => binding.action === action)!;
}
