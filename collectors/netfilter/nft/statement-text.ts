/** Statements of an nft rule as text, close to what `nft list ruleset` prints (libnftables-json(5), "STATEMENTS"). */
import { expressionText, quoted, styleBeside, unknownText } from './expression-text.js';
import { asText, asWords, isObject, type Json, soleEntry } from './json-shape.js';

/** Without a word: a counter of the rule itself, whose figures stand elsewhere. */
export function statementText(statement: unknown): string {
  const [name, content] = soleEntry(statement) ?? ['', undefined];
  if (name === 'counter') return counterText(content);
  if (content === null) return name === 'xt' ? 'xt' : name; // accept, drop, return, notrack…
  const known = isObject(content) ? textOf(name, content) : wordText(name, content);
  return known ?? unknownText(statement);
}

function counterText(content: unknown): string {
  return typeof content === 'string' ? `counter name ${quoted(content)}` : '';
}

/** Objects that are named: `{ "quota": "monthly" }`, `{ "ct helper": "ftp" }`. */
function wordText(name: string, content: unknown): string | null {
  if (typeof content !== 'string') return null;
  return name.startsWith('ct ') ? `${name} set ${quoted(content)}` : `${name} name ${quoted(content)}`;
}

function textOf(name: string, content: Json): string | null {
  switch (name) {
    case 'match':
      return matchText(content);
    case 'vmap':
      return `${expressionText(content['key'])} vmap ${expressionText(content['data'])}`;
    case 'mangle':
      return `${expressionText(content['key'])} set ${expressionText(content['value'], styleBeside(content['key']))}`;
    case 'set':
    case 'map':
      return updateText(content);
    case 'limit':
      return limitText(content);
    case 'quota':
      return `quota${content['inv'] === true ? ' over' : ''} ${content['val']} ${content['val_unit']}`;
    case 'ct count':
      return `ct count${content['inv'] === true ? ' over' : ''} ${content['val']}`;
    case 'log':
      return logText(content);
    case 'reject':
      return rejectText(content);
    case 'queue':
      return queueText(content);
    case 'jump':
    case 'goto':
      return typeof content['target'] === 'string' ? `${name} ${content['target']}` : null;
    case 'snat':
    case 'dnat':
    case 'masquerade':
    case 'redirect':
    case 'tproxy':
      return addressText(name, content);
    case 'synproxy':
      return synproxyText(content);
    case 'flow':
      return `flow ${content['op'] ?? 'add'} ${content['flowtable'] ?? ''}`;
    case 'xt':
      return `xt ${asText(content['type']) ?? ''} ${asText(content['name']) ?? ''}`;
    default:
      return null;
  }
}

function matchText({ op, left, right }: Json): string {
  const flags = flagsOverMask(op, left, right);
  if (flags !== null) return flags;
  const isMasked = isObject(left) && '&' in left;
  const operator = op === 'in' || (op === '==' && !isMasked) ? '' : ` ${asText(op) ?? '?'}`;
  return `${expressionText(left)}${operator} ${expressionText(right, styleBeside(left))}`;
}

/** `tcp flags syn / syn,ack`: the way nft writes a mask of named bits. */
function flagsOverMask(op: unknown, left: unknown, right: unknown): string | null {
  const operands = isObject(left) ? left['&'] : undefined;
  if (!Array.isArray(operands) || operands.length !== 2) return null;
  const [field, mask] = operands as readonly unknown[];
  const payload = isObject(field) ? field['payload'] : undefined;
  if (!isObject(payload) || payload['field'] !== 'flags' || typeof mask === 'number') return null;
  return `${expressionText(field)}${op === '!=' ? ' !=' : ''} ${expressionText(right)} / ${expressionText(mask)}`;
}

function updateText(content: Json): string {
  const { op, elem, set, map, data } = content;
  const inside: readonly unknown[] = Array.isArray(content['stmt']) ? content['stmt'] : [];
  const statements = inside.map((each) =>
    isObject(each) && isObject(each['counter']) ? 'counter' : statementText(each),
  );
  const value = data === undefined ? '' : ` : ${expressionText(data)}`;
  const parts = [expressionText(elem), ...statements].filter((part) => part !== '').join(' ');
  return `${asText(op) ?? ''} ${asText(set) ?? asText(map) ?? ''} { ${parts}${value} }`;
}

function limitText(content: Json): string {
  const { rate, per, burst, rate_unit, burst_unit } = content;
  const amount = typeof rate_unit === 'string' && rate_unit !== 'packets' ? `${rate} ${rate_unit}` : String(rate);
  const isDefault = burst === undefined || burst === 0 || (rate_unit === undefined && burst === 5);
  const burstText = isDefault ? '' : ` burst ${burst} ${asText(burst_unit) ?? 'packets'}`;
  return `limit rate${content['inv'] === true ? ' over' : ''} ${amount}/${per}${burstText}`;
}

function logText(content: Json): string {
  const { prefix, level, group, snaplen } = content;
  const threshold = content['queue-threshold'];
  const flags = asWords(content['flags']);
  return [
    'log',
    ...(typeof prefix === 'string' ? [`prefix ${quoted(prefix)}`] : []),
    ...(typeof level === 'string' ? [`level ${level}`] : []),
    ...(typeof group === 'number' ? [`group ${group}`] : []),
    ...(typeof snaplen === 'number' ? [`snaplen ${snaplen}`] : []),
    ...(typeof threshold === 'number' ? [`queue-threshold ${threshold}`] : []),
    ...(flags.length > 0 ? [`flags ${flags.join(',')}`] : []),
  ].join(' ');
}

function rejectText({ type, expr }: Json): string {
  if (typeof type !== 'string') return 'reject';
  return `reject with ${type}${expr === undefined ? '' : ` ${expressionText(expr)}`}`;
}

function queueText(content: Json): string {
  const flags = asWords(content['flags']);
  return `queue${flags.length > 0 ? ` flags ${flags.join(',')}` : ''} to ${expressionText(content['num'])}`;
}

function addressText(name: string, content: Json): string {
  const { family, addr, port } = content;
  const flags = asWords(content['flags']);
  const to = [
    ...(addr === undefined ? [] : [expressionText(addr)]),
    ...(port === undefined ? [] : [`:${expressionText(port)}`]),
  ].join('');
  return [name, ...(typeof family === 'string' ? [family] : []), ...(to === '' ? [] : ['to', to]), ...flags].join(' ');
}

function synproxyText({ mss, wscale, ...rest }: Json): string {
  return [
    'synproxy',
    ...(typeof mss === 'number' ? [`mss ${mss}`] : []),
    ...(typeof wscale === 'number' ? [`wscale ${wscale}`] : []),
    ...asWords(rest['flags']),
  ].join(' ');
}
