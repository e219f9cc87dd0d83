/** Which addresses a hook may send to. */

export interface UrlRule {
  /** Plain http beyond this machine is wanted. */
  readonly insecure: boolean;
}

/** The address, or what is wrong with it; what was given is not quoted, since it may hold a password. */
export function checkedUrl(text: string, { insecure }: UrlRule): URL | string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) return 'expected a URL like https://host/path';
  if (url.username !== '' || url.password !== '') return 'expected a URL without user and password';
  if (url.hash !== '') return 'expected a URL without a fragment';
  if (url.protocol === 'https:') return url;
  if (url.protocol !== 'http:') return `expected https, got ${url.protocol.slice(0, 20)}//`;
  if (insecure || isLoopback(url.hostname)) return url;
  return 'expected https: over http anybody on the way reads it. insecure: true sends it nevertheless';
}

/** Where nothing travels in the clear. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
