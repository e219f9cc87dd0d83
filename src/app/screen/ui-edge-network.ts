/** Screen 4, its page of the edge's network: which page is shown, which attack has the cursor, what is done with it. Pure. */
import type { EdgeUi } from '../../../components/panels/edge-props.js';
import { visibleAttacks } from '../../../components/screens/edge-network-layout.js';
import { frameOf } from '../../../components/screens/layout.js';
import type { EdgeAttack, EdgeNetworkView } from '../../snapshot/edge-network-view.js';
import { shownTick } from './shown-tick.js';
import { type UiState, type UiStep, withNotice } from './ui-state.js';
import { windowOver } from './ui-tables.js';
import { refreshTexts } from './ui-texts.js';

type Page = 'requests' | 'network' | 'payloads';

const WORDS: Readonly<Record<Page, string>> = {
  requests: 'Requests as the edge logged them.',
  network: "Attacks and packets by the edge's analytics.",
  payloads: 'What the payloads of captured packets say.',
};

export const isOnNetwork = ({ screen, edge }: UiState): boolean =>
  screen === 'requests' && edge.isShown && edge.isNetwork && edge.network !== null;

/** `4` on screen 4: the next of its pages there is something for. */
export function otherRequests(state: UiState): UiState {
  if (!state.edge.isWatched) return state;
  const pages = pagesOf(state);
  const page = pages[(pages.indexOf(pageNow(state.edge)) + 1) % pages.length] as Page;
  const edge = { ...state.edge, isShown: page !== 'payloads', isNetwork: page === 'network' };
  return withNotice(refreshTexts({ ...state, textFocus: null, edge }), WORDS[page], 'dim');
}

function pagesOf(state: UiState): Page[] {
  const hasPackets = !Number.isNaN(shownTick(state)?.snapshot.nowSec ?? Number.NaN);
  return [
    'requests',
    ...(state.edge.network === null ? [] : (['network'] as const)),
    ...(hasPackets ? (['payloads'] as const) : []),
  ];
}

function pageNow({ isShown, isNetwork, network }: EdgeUi): Page {
  if (!isShown) return 'payloads';
  return isNetwork && network !== null ? 'network' : 'requests';
}

/** A new picture; the cursor stays on its attack. */
export function takeNetwork(state: UiState, network: EdgeNetworkView): UiState {
  if (state.frozen !== null && state.edge.network !== null) return state;
  const { attackId } = state.edge;
  const found = attackId === null ? 0 : network.attacks.findIndex(({ ids }) => ids.includes(attackId));
  return withIndex({ ...state, edge: { ...state.edge, network } }, found < 0 ? state.edge.attackIndex : found);
}

export function moveInNetwork(state: UiState, delta: number): UiState {
  const moved = withIndex(state, state.edge.attackIndex + delta);
  return { ...moved, edge: { ...moved.edge, attackId: chosenAttack(moved)?.id ?? null } };
}

function withIndex(state: UiState, wanted: number): UiState {
  const { edge, columns, rows } = state;
  const count = edge.network?.attacks.length ?? 0;
  const attackIndex = Math.max(0, Math.min(wanted, count - 1));
  const { body } = frameOf(rows, false);
  const visible = columns > 0 ? visibleAttacks(count, body) : 1;
  const attackOffset = windowOver(attackIndex, edge.attackOffset, count, visible);
  return { ...state, edge: { ...edge, attackIndex, attackOffset } };
}

export function chosenAttack({ edge }: UiState): EdgeAttack | null {
  return edge.network?.attacks[edge.attackIndex] ?? null;
}

/** What `y` copies. */
export function attackText(state: UiState): string {
  const attack = chosenAttack(state);
  if (attack === null) return '';
  const { vector, target, port, protocol, rule, ids } = attack;
  return [vector, target ?? '', port === null ? '' : `port ${port}`, protocol, rule, ids.join(' ')]
    .filter(Boolean)
    .join(' ');
}

export function notOnNetwork(state: UiState): UiStep {
  return {
    state: withNotice(state, 'd compares what the edge dropped with the rest; 4 turns the page.', 'dim'),
    effects: [],
  };
}
