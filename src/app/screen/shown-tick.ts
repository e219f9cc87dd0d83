/** The picture on the screen: the newest, or the one that is held. */
import type { Tick } from '../ingest/feed.js';
import type { UiState } from './ui-state.js';

export const shownTick = (state: Pick<UiState, 'frozen' | 'newest'>): Tick | null => state.frozen?.tick ?? state.newest;
