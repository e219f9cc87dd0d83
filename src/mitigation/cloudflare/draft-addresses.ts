/** Addresses at the edge: short sets stand in the expression, long ones in a list that goes with the mitigation; single ones may be IP access rules. */
import { UserError } from '../../errors.js';
import { formatPrefix, type Prefix, parsePrefix } from '../../format/address.js';
import { cleanText } from '../../format/clean-text.js';
import { expressionsOf } from '../../signature/compile/cloudflare-expression.js';
import { listText, type NormalRequest } from '../plan/normal-request.js';
import type { EdgeAction, EdgeRuleAction } from '../types.js';
import { accessRuleCalls } from './access-rule-step.js';
import type { Draft } from './draft.js';
import { addCustomRule, addFirewallRule, checkAction, requireAsked } from './draft-rules.js';
import { readAccessRules, readLists } from './edge-reader.js';
import { type ListItemBody, type ListStep, listNameOf } from './edge-step.js';
import { listCalls } from './list-step.js';

type Action<Of extends EdgeAction['of']> = Extract<EdgeAction, { of: Of }>;

/** More of them are easier read, and changed, as a list. */
const MAX_INLINE = 25;
/** Item changes in five minutes. */
const MAX_ITEMS = 10_000;
const MAX_ASN = 2 ** 32 - 1;
const LIST_NAME = /^[a-z0-9_]{1,50}$/;
const RANGE_LENGTHS: Readonly<Record<4 | 6, readonly number[]>> = { 4: [16, 24], 6: [32, 48, 64] };

/** Sources by custom rules of the zone; without one, and targets always, by Network Firewall. */
export async function draftPrefixes(
  draft: Draft,
  { blocks, targets }: NormalRequest,
  action: EdgeRuleAction,
): Promise<void> {
  const { zone, account } = draft.context;
  if (blocks.length > MAX_INLINE && account !== null && zone !== null) {
    const step = await addList(draft, null, 'ip', blocks.map(formatPrefix));
    await addCustomRule(draft, `ip.src in $${step.name}`, action);
  } else {
    for (const text of setsOf('ip.src', blocks))
      await (zone === null ? addFirewallRule(draft, text) : addCustomRule(draft, text, action));
  }
  for (const text of setsOf('ip.dst', targets)) await addFirewallRule(draft, text);
}

function setsOf(field: string, prefixes: readonly Prefix[]): readonly string[] {
  // Always a set: a prefix may stand nowhere else.
  const items = prefixes.map(formatPrefix);
  if (items.length === 1) return [`${field} in {${items[0]}}`];
  return items.length === 0 ? [] : (expressionsOf(null, [[{ field, items }]]) ?? []);
}

export async function draftIpList(draft: Draft, action: Action<'ip-list'>): Promise<void> {
  const { name, listKind, items } = action;
  if (name !== null && !LIST_NAME.test(name))
    throw new UserError(
      'BAD_LIST',
      `expected a name of a-z 0-9 _, at most 50, got ${cleanText(name, 60)}`,
      'E.g. blocked_sources.',
    );
  if (listKind !== 'ip' && listKind !== 'asn')
    throw new UserError('BAD_LIST', `expected a list of ip or asn, got ${cleanText(`${listKind}`, 20)}`, 'E.g. ip.');
  if (action.action !== null) checkAction(action.action);
  const step = await addList(draft, name, listKind, items);
  const field = listKind === 'ip' ? 'ip.src' : 'ip.src.asnum';
  if (action.action !== null) await addCustomRule(draft, `${field} in $${step.name}`, action.action);
  else if (!step.isNew) draft.warn(`every rule that names the list ${step.name} acts on the new items at once`);
}

async function addList(
  draft: Draft,
  wanted: string | null,
  listKind: 'ip' | 'asn',
  texts: readonly string[],
): Promise<ListStep> {
  const base = draft.account('a list');
  const comment = draft.description();
  const items = listKind === 'ip' ? ipItems(draft, texts, comment) : asnItems(texts, comment);
  if (items.length === 0 || items.length > MAX_ITEMS)
    throw new UserError('BAD_LIST', `expected 1 to ${MAX_ITEMS} items, got ${items.length}`, 'Name wider prefixes.');
  const name = wanted ?? listNameOf(draft.id);
  const lists = await draft.tolerate(() => readLists(draft.context.read, base), []);
  const found = lists.find((list) => list.name === name) ?? null;
  if (found !== null && found.kind !== listKind)
    throw new UserError('BAD_LIST', `the list ${name} is one of ${cleanText(found.kind, 20)}`, 'Name another.');
  const step: ListStep = { kind: 'list', base, name, listKind, description: comment, items, isNew: found === null };
  if (listKind === 'asn') draft.warn('lists of AS numbers take an Enterprise plan');
  draft.calls.push(...listCalls(step, found?.id ?? null));
  draft.steps.push(step);
  return step;
}

function asnItems(texts: readonly string[], comment: string): ListItemBody[] {
  return [...new Set(texts)].map((text) => {
    const asn = /^(?:AS)?(\d{1,10})$/i.exec(text)?.[1];
    if (asn === undefined || Number(asn) > MAX_ASN) throw badItem('an AS number', text);
    return { asn: Number(asn), comment };
  });
}

/** A list takes IPv4 of /8 to /32 and IPv6 of /4 to /64: longer IPv6 prefixes are widened, which is told. */
function ipItems(draft: Draft, texts: readonly string[], comment: string): ListItemBody[] {
  const widened: string[] = [];
  const items = new Map<string, ListItemBody>();
  for (const text of texts) {
    const prefix = parsePrefix(text);
    if (prefix === null || prefix.length < (prefix.version === 4 ? 8 : 4))
      throw badItem('an address or a prefix a list takes', text);
    const ip = prefix.version === 6 && prefix.length > 64 ? wider(text) : formatPrefix(prefix);
    if (ip !== formatPrefix(prefix)) widened.push(`${text} to ${ip}`);
    items.set(ip, { ip, comment });
  }
  if (widened.length > 0) draft.warn(`lists take IPv6 up to /64 only, so these were widened: ${listText(widened)}`);
  return [...items.values()];
}

function wider(text: string): string {
  return formatPrefix(parsePrefix(`${text.split('/', 1)[0]}/64`) as Prefix);
}

function badItem(expected: string, got: string): UserError {
  return new UserError(
    'BAD_LIST',
    `expected ${expected}, got ${cleanText(got, 60)}`,
    'E.g. 198.51.100.0/24, 2001:db8::/48, 64496.',
  );
}

export async function draftIpAccess(draft: Draft, action: Action<'ip-access'>): Promise<void> {
  const { mode, target } = action;
  // Whoever is on it passes everything: no program has reason to do that.
  if (!['block', 'challenge', 'js_challenge', 'managed_challenge'].includes(mode))
    throw new UserError(
      'BAD_ACTION',
      `expected block or a challenge, got ${cleanText(`${mode}`, 40)}`,
      'E.g. managed_challenge.',
    );
  if (target === 'country') requireAsked(action.isAsked, 'cutting off a country');
  const value = accessValue(action);
  const base = draft.context.zone ?? draft.account('an IP access rule');
  const read = () =>
    readAccessRules(draft.context.read, base, { 'configuration.target': target, 'configuration.value': value });
  const [there] = (await draft.tolerate(read, [])).filter((rule) => rule.target === target && rule.value === value);
  if (there !== undefined)
    throw new UserError(
      'EDGE_EXISTS',
      `there is an IP access rule of ${value} already: ${cleanText(there.mode, 40)} (${cleanText(there.notes, 60)})`,
      'Nothing has to be done, or change that one in the dashboard.',
    );
  const rule = { mode, configuration: { target, value }, notes: draft.description() };
  const step = { kind: 'access-rule', base, rule } as const;
  draft.calls.push(...accessRuleCalls(step));
  draft.steps.push(step);
  if (target === 'country' && mode === 'block') draft.warn('blocking a country takes an Enterprise plan');
}

function accessValue({ target, value }: Action<'ip-access'>): string {
  if (target === 'asn') {
    const asn = /^(?:AS)?(\d{1,10})$/i.exec(value)?.[1];
    if (asn === undefined || Number(asn) > MAX_ASN) throw badItem('an AS number', value);
    return `AS${Number(asn)}`;
  }
  if (target === 'country') {
    if (!/^[A-Z][A-Z0-9]$/.test(value)) throw badItem('a country of two letters', value);
    return value;
  }
  const prefix = parsePrefix(value);
  const isHost = prefix !== null && prefix.length === (prefix.version === 4 ? 32 : 128);
  const isSound =
    prefix !== null &&
    (target === 'ip_range'
      ? RANGE_LENGTHS[prefix.version].includes(prefix.length)
      : isHost && prefix.version === (target === 'ip' ? 4 : 6));
  if (!isSound)
    throw badItem(target === 'ip_range' ? 'an IPv4 /16 or /24, or an IPv6 /32, /48 or /64' : 'one address', value);
  return formatPrefix(prefix);
}
