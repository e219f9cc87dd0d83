/** What the edge's worker tells, as events of the screen, lines of the log and notices. */
import type { EdgeNews } from '../edge/edge-desk.js';
import type { UiEvent } from './ui-state.js';

export interface EdgeListener {
  readonly dispatch: (event: UiEvent) => void;
  readonly log: (text: string) => void;
  /** In the log, and for a moment in the last line. */
  readonly say: (text: string, color: 'ok' | 'critical') => void;
}

/** `nowMs`: wall clock. */
export function tellNews(news: EdgeNews, nowMs: number, { dispatch, log, say }: EdgeListener): void {
  switch (news.type) {
    case 'view':
      dispatch({ kind: 'edge', view: news.view, nowMs });
      return;
    case 'network':
      dispatch({ kind: 'edgeNetwork', view: news.view });
      return;
    case 'paused':
      dispatch({ kind: 'edgePaused', untilMs: news.untilMs, why: news.why });
      return;
    case 'permissions':
      dispatch({ kind: 'edgePermissions', states: news.states });
      return;
    case 'intel':
      dispatch({ kind: 'edgeIntel', address: news.address, words: news.words });
      return;
    case 'alert':
      say(news.text, news.isGood ? 'ok' : 'critical');
      return;
    case 'remark':
      log(news.text);
      if (!news.isGood) dispatch({ kind: 'edgeRemark', text: news.text });
      return;
    case 'failed': {
      const { code, what, hint } = news.error;
      const text = `${code}: ${what}. ${hint}`;
      dispatch({ kind: 'edgeRemark', text });
      say(text, 'critical');
    }
  }
}
