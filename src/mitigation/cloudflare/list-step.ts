/** A list of addresses or AS numbers. Its items are changed by operations that take a while, which are followed to their end. */

import { UserError } from '../../errors.js';
import type { EdgeCalls } from './edge-calls.js';
import { changedAtEdge, isStatus, notAsApplied } from './edge-failures.js';
import {
  type EdgeList,
  type EdgeListItem,
  objectOf,
  type Read,
  readListItems,
  readLists,
  textOf,
} from './edge-reader.js';
import { idInMark, type ListItemBody, type ListStep } from './edge-step.js';
import { MADE_LIST, type PlannedCall } from './planned-call.js';

/** Asked again after 0.5 s, then later and later up to 5 s, for two minutes. */
const FIRST_POLL_MS = 500;
const LAST_POLL_MS = 5000;
const MAX_POLLS = 30;
/** Lost answers: the operation may be under way unseen. */
const MAX_LOOKS = 5;

export function listCalls(step: ListStep, listId: string | null): PlannedCall[] {
  const id = listId ?? MADE_LIST;
  const items = `${listsPath(step)}/${id}/items`;
  const remove = step.isNew
    ? ({ method: 'DELETE', path: `${listsPath(step)}/${id}` } as const)
    : ({ method: 'DELETE', path: items, body: { items: [{ id: 'ITEM' }] } } as const);
  const make: PlannedCall = {
    what: `Make the list ${step.name}`,
    request: { method: 'POST', path: listsPath(step), body: listBody(step) },
    inverse: remove,
  };
  const fill: PlannedCall = {
    what: `Put ${step.items.length} items into the list ${step.name}, and wait until that is done`,
    request: { method: 'POST', path: items, body: step.items },
    inverse: remove,
  };
  return step.isNew ? [make, fill] : [fill];
}

export async function putList(step: ListStep, calls: EdgeCalls): Promise<void> {
  const read: Read = (path, query) => calls.read(path, query);
  const look = () => findList(step, read);
  let list = await look();
  if (list === null && !step.isNew) throw changedAtEdge(`there is no list ${step.name}`);
  if (list === null) {
    await calls.write(
      { method: 'POST', path: listsPath(step), body: listBody(step) },
      async () => (await look()) !== null,
    );
    list = await look();
  }
  if (list === null) throw notAsApplied(`there is no list ${step.name}`);
  if (step.isNew && list.description !== step.description)
    throw changedAtEdge(`a list ${step.name} of others is there`);
  const { id } = list;
  const missing = missingOf(step, await readListItems(read, step.base, id));
  if (missing.length > 0)
    await changeItems(step, id, 'POST', missing, calls, (items) => missingOf(step, items).length === 0);
  const left = missingOf(step, await readListItems(read, step.base, id)).length;
  if (left > 0) throw notAsApplied(`${left} items are not in the list ${step.name}`);
}

/** Null, or what was left on purpose. */
export async function removeList(step: ListStep, calls: EdgeCalls): Promise<string | null> {
  const read: Read = (path, query) => calls.read(path, query);
  const list = await findList(step, read);
  if (list === null) return null;
  if (!step.isNew) return removeItems(step, list, calls, read);
  if (idInMark(list.description) === null)
    return `the list ${step.name} stays: it does not say any more that it is of ddostop`;
  try {
    const path = `${listsPath(step)}/${encodeURIComponent(list.id)}`;
    await calls.write({ method: 'DELETE', path }, async () => (await findList(step, read)) === null);
  } catch (error) {
    if (!isStatus(error, 404)) throw error;
  }
  return null;
}

async function removeItems(step: ListStep, list: EdgeList, calls: EdgeCalls, read: Read): Promise<null> {
  const comments = new Set(step.items.map(({ comment }) => comment));
  const own = (items: readonly EdgeListItem[]) => items.filter(({ comment }) => comments.has(comment));
  const found = own(await readListItems(read, step.base, list.id));
  if (found.length === 0) return null;
  const body = { items: found.map(({ id }) => ({ id })) };
  await changeItems(step, list.id, 'DELETE', body, calls, (items) => own(items).length === 0);
  const left = own(await readListItems(read, step.base, list.id)).length;
  if (left > 0) throw notAsApplied(`${left} items are still in the list ${step.name}`);
  return null;
}

async function changeItems(
  step: ListStep,
  listId: string,
  method: 'POST' | 'DELETE',
  body: unknown,
  calls: EdgeCalls,
  isDone: (items: readonly EdgeListItem[]) => boolean,
): Promise<void> {
  const path = `${listsPath(step)}/${encodeURIComponent(listId)}/items`;
  const read: Read = (at, query) => calls.read(at, query);
  const answer = await calls.write({ method, path, body }, async () => {
    for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
      if (isDone(await readListItems(read, step.base, listId))) return true;
      await calls.sleep(LAST_POLL_MS);
    }
    return null; // it may be under way still
  });
  if (answer !== null) await followOperation(step, textOf(objectOf(answer.result)['operation_id']), calls);
}

async function followOperation({ base, name }: ListStep, operationId: string, calls: EdgeCalls): Promise<void> {
  if (operationId === '') return; // what was read back decides
  const path = `${base}/rules/lists/bulk_operations/${encodeURIComponent(operationId)}`;
  let waitMs = FIRST_POLL_MS;
  for (let polls = 0; polls < MAX_POLLS; polls += 1) {
    const { result } = await calls.read<unknown>(path);
    const { status, error } = objectOf(result) as { status?: unknown; error?: unknown };
    if (status === 'completed') return;
    if (status === 'failed')
      throw new UserError(
        'EDGE_LIST_FAILED',
        `the change of the list ${name} failed at the edge: ${textOf(error).slice(0, 200)}`,
        'Nothing of it is in force; try again.',
      );
    await calls.sleep(waitMs);
    waitMs = Math.min(LAST_POLL_MS, waitMs * 1.5);
  }
  throw new UserError(
    'EDGE_LIST_SLOW',
    `the change of the list ${name} was not done after two minutes`,
    'Cloudflare may be busy: try again later.',
  );
}

async function findList({ base, name }: ListStep, read: Read): Promise<EdgeList | null> {
  return (await readLists(read, base)).find((list) => list.name === name) ?? null;
}

function missingOf({ items }: ListStep, found: readonly EdgeListItem[]): ListItemBody[] {
  const there = new Set(found.map(({ value }) => value));
  return items.filter((item) => !there.has('ip' in item ? item.ip : `${item.asn}`));
}

function listsPath({ base }: ListStep): string {
  return `${base}/rules/lists`;
}

function listBody({ name, listKind, description }: ListStep) {
  return { name, kind: listKind, description };
}
