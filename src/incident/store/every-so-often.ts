/** Calls back every so many ms, until what it returns is called. Keeps no program alive: whoever closes a store writes what it holds. */
export function everySoOften(ms: number, call: () => void): () => void {
  const timer = setInterval(call, ms);
  timer.unref();
  return () => clearInterval(timer);
}
