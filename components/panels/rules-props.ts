/** What the rules screen is given: the picture, and where the user is in it. Made by the app's reducer. */
import type { RuleRow, RulesView } from '../../src/snapshot/rules-view.js';

export type RulesPane = 'rules' | 'sets' | 'dropped';

export interface RulesUi {
  /** Null: nothing has been read yet; `why` says what there is to know. */
  readonly view: RulesView | null;
  readonly why: string;
  /** In the order shown: they keep their places while the cursor is among them. */
  readonly rows: readonly RuleRow[];
  readonly pane: RulesPane;
  /** Row the cursor was put on; null: it rests on the first. */
  readonly ruleKey: string | null;
  readonly ruleIndex: number;
  readonly ruleOffset: number;
  readonly setIndex: number;
  readonly setOffset: number;
  /** Of the elements of the open set, or of the sources dropped most. */
  readonly elementOffset: number;
}
