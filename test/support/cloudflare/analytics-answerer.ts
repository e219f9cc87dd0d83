/**
 * A small answerer of Cloudflare's GraphQL: takes the document apart and answers what it asks, from flat rows: filtered by time, grouped by the dimensions that
 * were asked for, sums added up, ordered and cut. So no answer is written down in a test, and a field that is not asked for is not there.
 */
import { type FieldNode, Kind, type OperationDefinitionNode, parse, type SelectionNode, type ValueNode } from 'graphql';

export type FlatRow = Readonly<Record<string, string | number>>;
type Variables = Readonly<Record<string, unknown>>;
type Answered = Record<string, unknown>;

export interface AnswererPlace {
  /** Account or zone id. */
  readonly id: string;
  /** By node. */
  readonly rows: Record<string, readonly FlatRow[]>;
  /** By node: what `settings` says beside the usual. */
  readonly settings: Record<string, Answered>;
}

const USUAL: Answered = {
  enabled: true,
  availableFields: [],
  maxPageSize: 10_000,
  maxNumberOfFields: 30,
  maxDuration: 86_400,
  notOlderThan: 604_800,
};
const BUCKETS: Readonly<Record<string, number>> = {
  datetime: 1,
  datetimeTenSeconds: 10,
  datetimeMinute: 60,
  datetimeFiveMinutes: 300,
};
const NUMBERS = /Port|Flags$|Length|Ttl|icmp|Asn$|Offset|Fragments|Window|Mss|Status$|packets|bits|Packets|Bits|count/;

/** `data` of an answer. Times of rows: `sec`, epoch seconds; of attacks also `endSec`. */
export function answerData(
  document: string,
  variables: Variables,
  account: AnswererPlace,
  zones: readonly AnswererPlace[],
): unknown {
  const operation = parse(document).definitions.find(
    (one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION,
  );
  const viewer = fieldsOf(operation?.selectionSet.selections)[0] as FieldNode;
  const places = fieldsOf(viewer.selectionSet?.selections).map((scope) => {
    const { filter } = argumentsOf(scope, variables) as { filter: Answered };
    const meant =
      scope.name.value === 'accounts'
        ? [account].filter(({ id }) => id === filter['accountTag'])
        : zones.filter(({ id }) => id === filter['zoneTag'] || (filter['zoneTag_in'] as string[])?.includes(id));
    return [keyOf(scope), meant.map((place) => placeOf(place, fieldsOf(scope.selectionSet?.selections), variables))];
  });
  return { viewer: Object.fromEntries(places) };
}

function placeOf(place: AnswererPlace, fields: readonly FieldNode[], variables: Variables): Answered {
  return Object.fromEntries(
    fields.map((field) => {
      if (field.name.value === 'zoneTag') return [keyOf(field), place.id];
      if (field.name.value === 'settings') {
        const nodes = fieldsOf(field.selectionSet?.selections).map(({ name }) => name.value);
        return ['settings', Object.fromEntries(nodes.map((node) => [node, { ...USUAL, ...place.settings[node] }]))];
      }
      return [keyOf(field), groupsOf(place.rows[field.name.value] ?? [], field, variables)];
    }),
  );
}

function groupsOf(rows: readonly FlatRow[], field: FieldNode, variables: Variables): Answered[] {
  const { filter, limit, orderBy } = argumentsOf(field, variables) as {
    filter: Answered;
    limit: number;
    orderBy: readonly string[];
  };
  const [from, until] = ['geq', 'lt'].map((end) => {
    const value = filter[`datetime_${end}`] ?? filter[`startDatetime_${end}`];
    return Date.parse(String(value)) / 1000;
  }) as [number, number];
  const groups = new Map<string, Answered>();
  for (const row of rows) {
    if ((row['sec'] as number) < from || (row['sec'] as number) >= until) continue;
    const group = selected(row, fieldsOf(field.selectionSet?.selections));
    const key = JSON.stringify(group['dimensions'] ?? group);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, group);
    else if ('dimensions' in group) addUp(known, group);
  }
  const order = (orderBy[0] ?? '').replace(/_(ASC|DESC)$/, '').split('_');
  const sorted = [...groups.values()].sort((a, b) => (worth(b, order) > worth(a, order) ? 1 : -1));
  return sorted.slice(0, limit);
}

/** "sum_packets", "datetimeMinute", "count". */
function worth(group: Answered, order: readonly string[]): number | string {
  const [name, inner] = order as [string, string | undefined];
  const value = inner === undefined ? (group[name] ?? (group['dimensions'] as Answered)?.[name]) : group[name];
  return (inner === undefined ? value : (value as Answered)?.[inner]) as number | string;
}

function addUp(known: Answered, more: Answered): void {
  for (const name of Object.keys(more)) {
    if (name === 'count') known['count'] = (known['count'] as number) + (more['count'] as number);
    if (name !== 'sum') continue;
    const sums = known['sum'] as Record<string, number>;
    for (const [field, value] of Object.entries(more['sum'] as Record<string, number>))
      sums[field] = (sums[field] ?? 0) + value;
  }
}

function selected(row: FlatRow, fields: readonly FieldNode[]): Answered {
  return Object.fromEntries(
    fields.map((field) => [
      keyOf(field),
      field.selectionSet === undefined
        ? fieldValue(row, field.name.value)
        : selected(row, fieldsOf(field.selectionSet.selections)),
    ]),
  );
}

function fieldValue(row: FlatRow, name: string): string | number {
  if (name === 'startDatetime' || name in BUCKETS) return timeText(row['sec'] as number, BUCKETS[name] ?? 1);
  if (name === 'endDatetime') return timeText((row['endSec'] as number) ?? 0, 1);
  return row[name] ?? (NUMBERS.test(name) ? 0 : '');
}

function timeText(sec: number, bucket: number): string {
  return `${new Date(Math.floor(sec / bucket) * bucket * 1000).toISOString().slice(0, 19)}Z`;
}

function argumentsOf(field: FieldNode, variables: Variables): Answered {
  return Object.fromEntries((field.arguments ?? []).map(({ name, value }) => [name.value, plain(value, variables)]));
}

function plain(value: ValueNode, variables: Variables): unknown {
  switch (value.kind) {
    case Kind.VARIABLE:
      return variables[value.name.value];
    case Kind.LIST:
      return value.values.map((one) => plain(one, variables));
    case Kind.OBJECT:
      return Object.fromEntries(value.fields.map((one) => [one.name.value, plain(one.value, variables)]));
    case Kind.INT:
      return Number(value.value);
    case Kind.NULL:
      return null;
    default:
      return value.value;
  }
}

function fieldsOf(selections: readonly SelectionNode[] | undefined): FieldNode[] {
  return (selections ?? []).filter((one): one is FieldNode => one.kind === Kind.FIELD);
}

function keyOf({ alias, name }: FieldNode): string {
  return (alias ?? name).value;
}
