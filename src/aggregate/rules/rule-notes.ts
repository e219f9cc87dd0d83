/** What happened to the rules of late, in words: newest first, each said once, gone after two minutes. */

const KEEP_MS = 120_000;
const MOST = 20;

export class RuleNotes {
  #events: { readonly text: string; readonly steadyMs: number }[] = [];

  say(text: string, steadyMs: number): void {
    this.#events = [{ text, steadyMs }, ...this.#events.filter((event) => event.text !== text)].slice(0, MOST);
  }

  /** With what is so now, which stands before what was. */
  list(steadyMs: number, present: readonly string[]): string[] {
    this.#events = this.#events.filter((event) => steadyMs - event.steadyMs < KEEP_MS);
    return [...new Set([...present, ...this.#events.map(({ text }) => text)])].slice(0, MOST);
  }
}
