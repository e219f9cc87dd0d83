/** Tokens of Cloudflare's rules language. Bytes of texts come as Latin-1 characters, whichever way they were quoted. */

export type Token =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'integer'; readonly value: number }
  /** Address or prefix, as written. */
  | { readonly kind: 'address'; readonly value: string }
  /** Field, function or operator. */
  | { readonly kind: 'word'; readonly value: string }
  | { readonly kind: 'list'; readonly value: string }
  | { readonly kind: 'sign'; readonly value: string }
  | { readonly kind: 'end'; readonly value: '' };

export class ExpressionError extends Error {
  constructor(
    what: string,
    /** Character of the expression. */
    readonly at: number,
  ) {
    super(`expression: ${what} at ${at}`);
    this.name = 'ExpressionError';
  }
}

const BLANK = /[ \t\r\n]+/y;
const RAW = /r(#{0,255})"/y;
const IPV6 = /(?=[0-9a-fA-F.]*:)[0-9a-fA-F:.]*[0-9a-fA-F:](?:\/\d{1,3})?/y;
const IPV4 = /\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?/y;
const INTEGER = /0x[0-9a-fA-F]+|\d+/y;
const LIST = /\$[a-z0-9_.]+/y;
const WORD = /[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*|\.[0-9]+[A-Za-z_][A-Za-z0-9_]*)*/y;
const SIGN = /\.\.|&&|\|\||\^\^|==|!=|<=|>=|[<>!~(){}[\],*]/y;
const ESCAPE = /\\(?:(["\\])|x([0-9a-fA-F]{2}))/y;

export function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(source);
    if (found !== null) at += found[0].length;
    return found;
  };
  for (;;) {
    take(BLANK);
    if (at >= source.length) return [...tokens, { kind: 'end', value: '' }];
    const raw = take(RAW);
    if (raw !== null) {
      const closing = `"${raw[1]}`;
      const end = source.indexOf(closing, at);
      if (end < 0) throw new ExpressionError('a raw text without its end', at);
      tokens.push({ kind: 'text', value: source.slice(at, end) });
      at = end + closing.length;
      continue;
    }
    if (source[at] === '"') {
      const { value, end } = quotedText(source, at + 1);
      tokens.push({ kind: 'text', value });
      at = end;
      continue;
    }
    const address = take(IPV6) ?? take(IPV4);
    if (address !== null) tokens.push({ kind: 'address', value: address[0] });
    else tokens.push(otherToken(take, at));
  }
}

function otherToken(take: (pattern: RegExp) => RegExpExecArray | null, at: number): Token {
  const integer = take(INTEGER);
  if (integer !== null) return { kind: 'integer', value: Number(integer[0]) };
  const list = take(LIST);
  if (list !== null) return { kind: 'list', value: list[0] };
  const word = take(WORD);
  if (word !== null) return { kind: 'word', value: word[0] };
  const sign = take(SIGN);
  if (sign !== null) return { kind: 'sign', value: sign[0] };
  throw new ExpressionError('a character that begins nothing', at);
}

function quotedText(source: string, from: number): { readonly value: string; readonly end: number } {
  let value = '';
  for (let at = from; at < source.length; at++) {
    const character = source[at];
    if (character === '"') return { value, end: at + 1 };
    if (character !== '\\') {
      value += character;
      continue;
    }
    ESCAPE.lastIndex = at;
    const found = ESCAPE.exec(source);
    if (found === null) throw new ExpressionError('an unknown escape', at);
    value += found[1] ?? String.fromCharCode(Number.parseInt(found[2], 16));
    at += found[0].length - 1;
  }
  throw new ExpressionError('a text without its end', from);
}
