/** Things of which there is one: they are set, and set back only where they still are what we set. */
import type { ApiRequest } from '../../platform/cloudflare/api.js';
import type { EdgeCalls } from './edge-calls.js';
import { changedAtEdge, notAsApplied } from './edge-failures.js';
import { objectOf, type Read } from './edge-reader.js';
import type { Value, ValueStep, Values } from './edge-step.js';
import type { PlannedCall } from './planned-call.js';

type Json = Readonly<Record<string, unknown>>;

/** What the edge has there now: `whole` as it was answered, `values` the ones that can be set. */
export interface CurrentValue {
  readonly whole: Json;
  readonly values: Values;
}

export async function readValue({ of, path }: Pick<ValueStep, 'of' | 'path'>, read: Read): Promise<CurrentValue> {
  const whole = objectOf((await read<unknown>(path)).result);
  const source = of === 'bgp-prefix' ? objectOf(whole['on_demand']) : whole;
  const values = Object.entries(source).filter((entry): entry is [string, Value] => isValue(entry[1]));
  return { whole, values: Object.fromEntries(values) };
}

export function valueCalls(step: ValueStep, current: CurrentValue): PlannedCall[] {
  const inverse = writeRequest(step, current.whole, step.old);
  return [
    {
      what: `Set ${step.of.replace('-', ' ')}: ${wordsOf(step.set)} (now ${wordsOf(step.old)})`,
      request: writeRequest(step, current.whole, step.set),
      inverse,
    },
  ];
}

export async function putValue(step: ValueStep, calls: EdgeCalls): Promise<void> {
  const look = () => readValue(step, (path, query) => calls.read(path, query));
  const current = await look();
  if (holds(current.values, step.set)) return;
  if (!holds(current.values, step.old)) throw changedAtEdge(`${step.path} is not ${wordsOf(step.old)} any more`);
  const isDone = async () => holds((await look()).values, step.set);
  await calls.write(writeRequest(step, current.whole, step.set), isDone);
  if (!(await isDone())) throw notAsApplied(`${step.path} is not ${wordsOf(step.set)}`);
}

/** Null, or what was left on purpose. */
export async function restoreValue(step: ValueStep, calls: EdgeCalls): Promise<string | null> {
  const look = () => readValue(step, (path, query) => calls.read(path, query));
  const current = await look();
  const back = names(step).filter((name) => current.values[name] === step.set[name]);
  const foreign = names(step).filter((name) => !back.includes(name) && current.values[name] !== step.old[name]);
  if (back.length > 0) {
    const old = pick(step.old, back);
    const isDone = async () => holds((await look()).values, old);
    await calls.write(writeRequest(step, current.whole, old), isDone);
    if (!(await isDone())) throw notAsApplied(`${step.path} is not ${wordsOf(old)}`);
  }
  if (foreign.length === 0) return null;
  return `${wordsOf(pick(current.values, foreign))} of ${step.path} stays: somebody set it after us (we had set ${wordsOf(pick(step.set, foreign))}, before it was ${wordsOf(pick(step.old, foreign))})`;
}

export function isInForce(step: ValueStep, current: CurrentValue): boolean {
  return names(step).some((name) => current.values[name] === step.set[name]);
}

/** `values` over what is there: what the API takes whole is sent whole. */
function writeRequest({ of, path }: ValueStep, whole: Json, values: Values): ApiRequest {
  switch (of) {
    case 'security-level':
      return { method: 'PATCH', path, body: { value: values['value'] } };
    case 'bgp-prefix':
      return { method: 'PATCH', path, body: { on_demand: values } };
    case 'bots':
      return { method: 'PUT', path, body: { ...without(whole, BOTS_READ_ONLY), ...values } };
    case 'spectrum':
      return { method: 'PUT', path, body: { ...without(whole, SPECTRUM_READ_ONLY), ...values } };
  }
}

const BOTS_READ_ONLY: ReadonlySet<string> = new Set(['using_latest_model', 'stale_zone_configuration']);
const SPECTRUM_READ_ONLY: ReadonlySet<string> = new Set(['id', 'created_on', 'modified_on']);

function without(whole: Json, left: ReadonlySet<string>): Json {
  return Object.fromEntries(Object.entries(whole).filter(([name]) => !left.has(name)));
}

function holds(current: Values, wanted: Values): boolean {
  return Object.entries(wanted).every(([name, value]) => current[name] === value);
}

function names({ set }: ValueStep): string[] {
  return Object.keys(set);
}

function pick(values: Values, wanted: readonly string[]): Values {
  return Object.fromEntries(wanted.flatMap((name) => (name in values ? [[name, values[name] as Value] as const] : [])));
}

function isValue(value: unknown): value is Value {
  return typeof value === 'string' || typeof value === 'boolean';
}

export function wordsOf(values: Values): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
