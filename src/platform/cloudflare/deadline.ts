/** A signal that aborts after `ms` or with another one. Ended by hand: AbortSignal.any keeps what it made as long as its source lives (Node 20). */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #isLate = false;

  constructor(
    ms: number,
    readonly outer: AbortSignal | undefined,
  ) {
    this.#timer = setTimeout(() => {
      this.#isLate = true;
      this.#controller.abort();
    }, ms);
    outer?.addEventListener('abort', this.#stop);
    if (outer?.aborted === true) this.#stop();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get isLate(): boolean {
    return this.#isLate;
  }

  end(): void {
    clearTimeout(this.#timer);
    this.outer?.removeEventListener('abort', this.#stop);
  }

  readonly #stop = (): void => this.#controller.abort();
}
