/** Lists of an account: items change by bulk operations that take a while. developers.cloudflare.com/waf/tools/lists. */
import type { BulkOperation, EdgeState, ItemList, Json, ListItem } from './edge-state.js';
import { answer, type EdgeAnswer, type EdgeRequest, refuse } from './stand-in-request.js';

export interface ListOptions {
  /** Polls until an operation is over, and whether the next one fails. */
  readonly pollsPerOperation: number;
  readonly takeFailure: () => boolean;
}

export class ListsResource {
  constructor(
    readonly state: EdgeState,
    readonly options: ListOptions,
  ) {}

  readonly handle = (request: EdgeRequest): EdgeAnswer | null => {
    const [base, account, rules, lists, ...rest] = request.segments;
    if (base !== 'accounts' || rules !== 'rules' || lists !== 'lists') return null;
    if (account !== this.state.account.id) return refuse(404, 10_001, 'could not route');
    if (rest.length === 0) return this.#collection(request);
    if (rest[0] === 'bulk_operations') return this.#operation(rest[1] as string);
    const list = this.state.lists.find(({ id }) => id === rest[0]);
    if (list === undefined) return refuse(404, 10_001, 'could not find list');
    return rest[1] === 'items' ? this.#items(request, list) : this.#single(request, list);
  };

  #collection({ method, body }: EdgeRequest): EdgeAnswer | null {
    if (method === 'GET') return answer(this.state.lists.map((list) => this.#shown(list)));
    if (method !== 'POST') return null;
    const { name, kind, description = '' } = body as { name: string; kind: string; description?: string };
    if (this.state.lists.some((list) => list.name === name))
      return refuse(400, 10_014, 'a list with this name already exists');
    const list: ItemList = { id: this.state.newId(), name, kind, description, items: [] };
    this.state.lists.push(list);
    return answer(this.#shown(list));
  }

  #single({ method }: EdgeRequest, list: ItemList): EdgeAnswer | null {
    if (method === 'GET') return answer(this.#shown(list));
    if (method !== 'DELETE') return null;
    if (this.#references(list) > 0) return refuse(400, 10_021, 'the list is referenced by rules');
    this.state.lists.splice(this.state.lists.indexOf(list), 1);
    return answer({ id: list.id });
  }

  #items({ method, body, query }: EdgeRequest, list: ItemList): EdgeAnswer | null {
    if (method === 'GET') {
      for (const operation of this.state.operations.values()) this.#move(operation); // time goes on without polls too
      const perPage = Number(query.get('per_page') ?? 500);
      const from = Number(query.get('cursor') ?? 0);
      const next = from + perPage;
      const cursors = next < list.items.length ? { cursors: { after: `${next}` } } : {};
      return answer(
        list.items.slice(from, next).map((item) => ({ ...item, created_on: TIME, modified_on: TIME })),
        cursors,
      );
    }
    if (method === 'POST') {
      const added = (body as Json[]).map((item): ListItem => ({ ...item, id: this.state.newId() }));
      return this.#begin(() => {
        for (const item of added) {
          const at = list.items.findIndex(({ ip, asn }) => ip === item['ip'] && asn === item['asn']);
          if (at < 0) list.items.push(item);
          else list.items[at] = { ...item, id: (list.items[at] as ListItem).id };
        }
      });
    }
    if (method !== 'DELETE') return null;
    const ids = new Set((body as { items: { id: string }[] }).items.map(({ id }) => id));
    return this.#begin(() => {
      list.items = list.items.filter(({ id }) => !ids.has(id));
    });
  }

  #begin(commit: () => void): EdgeAnswer {
    const operation: BulkOperation = {
      id: this.state.newId(),
      pollsLeft: this.options.pollsPerOperation,
      fails: this.options.takeFailure(),
      commit,
      isOver: false,
    };
    this.state.operations.set(operation.id, operation);
    return answer({ operation_id: operation.id });
  }

  #operation(id: string): EdgeAnswer {
    const operation = this.state.operations.get(id);
    if (operation === undefined) return refuse(404, 10_001, 'could not find operation');
    this.#move(operation);
    const status = operation.isOver ? (operation.fails ? 'failed' : 'completed') : 'running';
    const error = operation.isOver && operation.fails ? { error: 'the items could not be written' } : {};
    const completed = operation.isOver ? { completed: TIME } : {};
    return answer({ id, status, ...completed, ...error });
  }

  #move(operation: BulkOperation): void {
    if (operation.isOver) return;
    operation.pollsLeft -= 1;
    if (operation.pollsLeft >= 0) return;
    operation.isOver = true;
    if (!operation.fails) operation.commit();
  }

  /** What was begun goes on whether somebody asks or not. */
  finishAll(): void {
    for (const operation of this.state.operations.values()) while (!operation.isOver) this.#move(operation);
  }

  #references({ name }: ItemList): number {
    const rulesets = [...this.state.zones, this.state.account].flatMap((scope) => scope.rulesets);
    return rulesets.flatMap(({ rules }) => rules).filter((rule) => namesList(rule['expression'] as string, name))
      .length;
  }

  #shown(list: ItemList): Json {
    const { id, name, kind, description, items } = list;
    const referencing = this.#references(list);
    const times = { created_on: TIME, modified_on: TIME };
    return { id, name, kind, description, num_items: items.length, num_referencing_filters: referencing, ...times };
  }
}

const TIME = '2026-01-01T00:00:00Z';

function namesList(expression: string, name: string): boolean {
  return new RegExp(`\\$${name}(?![a-z0-9_])`).test(expression);
}
