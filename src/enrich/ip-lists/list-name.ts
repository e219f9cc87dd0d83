/** What a list is called: its file's name without folder and ending. */
import { basename } from 'node:path';

const ENDINGS = /\.(?:netset|ipset|txt|csv|tsv|json|jsonl|ndjson|list|lst|zone)$/i;
const MAX_LENGTH = 48;

/** One name a path; two files of one name are told apart by a number. */
export function listNames(paths: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return paths.map((path) => {
    const name = basename(path).replace(ENDINGS, '').slice(0, MAX_LENGTH) || 'list';
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name}-${times}`;
  });
}
