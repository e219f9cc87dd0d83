/**
 * Literals of Cloudflare's rules language (developers.cloudflare.com/ruleset-engine/rules-language/values). Text comes from traffic: nothing
 * in it may end the literal. Printable text with quotes or backslashes becomes a raw string, which knows no escapes; other bytes take \xHH.
 */
const MAX_HASHES = 255;

/** `value` holds bytes as Latin-1 characters; beyond them (text from a file) its UTF-8 bytes are meant. */
export function quoteText(value: string): string {
  const bytes = /^[\0-\xff]*$/.test(value) ? value : Buffer.from(value, 'utf8').toString('latin1');
  if (!/^[\x20-\x7e]*$/.test(bytes)) return escaped(bytes);
  if (!/["\\]/.test(bytes)) return `"${bytes}"`;
  const hashes = hashesFor(bytes);
  return hashes > MAX_HASHES ? escaped(bytes) : `r${'#'.repeat(hashes)}"${bytes}"${'#'.repeat(hashes)}`;
}

/** One more than the longest run of # behind a quote; none where there is no quote. */
function hashesFor(text: string): number {
  let hashes = 0;
  for (const [run] of text.matchAll(/"#*/g)) hashes = Math.max(hashes, run.length);
  return hashes;
}

function escaped(bytes: string): string {
  const body = bytes.replace(/["\\]|[^\x20-\x7e]/g, (character) => {
    if (character === '"' || character === '\\') return `\\${character}`;
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`;
  });
  return `"${body}"`;
}
