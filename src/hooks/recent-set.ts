/** The newest so many texts. */
export class RecentSet {
  readonly #all = new Set<string>();

  constructor(private readonly most: number) {}

  has(text: string): boolean {
    return this.#all.has(text);
  }

  add(text: string): void {
    this.#all.delete(text);
    this.#all.add(text);
    for (const oldest of this.#all) {
      if (this.#all.size <= this.most) return;
      this.#all.delete(oldest);
    }
  }

  delete(text: string): void {
    this.#all.delete(text);
  }
}
