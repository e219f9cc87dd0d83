/** Names asked of the shop's name server, and what it answers (RFC 1035, RFC 3596, RFC 9460). */
import type { Random } from './random.js';
import { weighted } from './requests.js';

const encoder = new TextEncoder();

export const DnsType = { a: 1, ns: 2, mx: 15, txt: 16, aaaa: 28, https: 65 } as const;

/** Resolvers ask for addresses of both families, browsers for HTTPS records too, mail servers for MX and TXT. */
const QUESTIONS: readonly (readonly [readonly [name: string, type: number], weight: number])[] = [
  [['shop.example', DnsType.a], 30],
  [['shop.example', DnsType.aaaa], 22],
  [['shop.example', DnsType.https], 14],
  [['www.shop.example', DnsType.a], 10],
  [['www.shop.example', DnsType.aaaa], 8],
  [['api.shop.example', DnsType.a], 6],
  [['img.shop.example', DnsType.a], 6],
  [['img.shop.example', DnsType.aaaa], 4],
  [['shop.example', DnsType.mx], 3],
  [['shop.example', DnsType.txt], 2],
  [['_dmarc.shop.example', DnsType.txt], 2],
  [['shop.example', DnsType.ns], 1],
];

/** Records that stand behind the question's name, by type; what is not here does not exist. */
const RECORDS: Readonly<Record<number, readonly number[]>> = {
  [DnsType.a]: [203, 0, 113, 10],
  [DnsType.aaaa]: [0x20, 1, 0x0d, 0xb8, 1, 0x13, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10],
  // Preference 10, and "mail" before the question's name.
  [DnsType.mx]: [0, 10, 4, 109, 97, 105, 108, 0xc0, 12],
  [DnsType.txt]: [11, ...encoder.encode('v=spf1 -all')],
  // Priority 1, the name itself, ALPN h2.
  [DnsType.https]: [0, 1, 0, 0, 1, 0, 3, 2, 104, 50],
  [DnsType.ns]: [2, 110, 115, 0xc0, 12],
};

const POINTER_TO_QUESTION = [0xc0, 12];
const IN = [0, 1];
const TTL_SEC = [0, 0, 1, 44];

export interface Lookup {
  readonly name: string;
  readonly type: number;
}

export function lookupOf(random: Random): Lookup {
  const [name, type] = weighted(random, QUESTIONS);
  return { name, type };
}

/** The answer section of a lookup: one record. */
export function answerTo({ type }: Lookup): Uint8Array {
  const data = RECORDS[type] as readonly number[];
  return Uint8Array.from([...POINTER_TO_QUESTION, 0, type, ...IN, ...TTL_SEC, 0, data.length, ...data]);
}

/** A DNS message (RFC 1035 §4.1) with one question; `answers` is appended as it is. */
export function dnsMessage(
  id: number,
  flags: number,
  name: string,
  type: number,
  answerCount: number,
  answers: Uint8Array,
): Uint8Array {
  const labels = name.split('.').flatMap((label) => [label.length, ...encoder.encode(label)]);
  const question = [...labels, 0, type >> 8, type & 255, ...IN];
  const header = [id >> 8, id & 255, flags >> 8, flags & 255, 0, 1, answerCount >> 8, answerCount & 255, 0, 0, 0, 0];
  const message = new Uint8Array(header.length + question.length + answers.length);
  message.set(header);
  message.set(question, header.length);
  message.set(answers, header.length + question.length);
  return message;
}

/** Answer records of a fat TXT response, about `bytes` long: what reflectors are asked for. */
export function fatTxtAnswers(bytes: number): { readonly count: number; readonly records: Uint8Array } {
  const text = 200;
  const size = 12 + 1 + text;
  const count = Math.max(1, Math.floor(bytes / size));
  const records = new Uint8Array(count * size);
  for (let i = 0; i < count; i += 1) {
    // Pointer to the question's name, TXT, IN, TTL 3600, length, one string.
    records.set([...POINTER_TO_QUESTION, 0, DnsType.txt, ...IN, 0, 0, 14, 16, 0, text + 1, text], i * size);
    records.fill(0x41 + (i % 26), i * size + 13, (i + 1) * size);
  }
  return { count, records };
}
