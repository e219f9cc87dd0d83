/** Whether a URL's host is this machine, where nothing travels in the clear. Names other than localhost are what a resolver makes of them. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
