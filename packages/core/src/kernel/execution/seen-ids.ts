/** Ids of one generation; an id is remembered for at least this many others after it. */
const MAX_IDS = 100_000;

/** Remembers ids of what venues reported, so that a report told twice is taken once. Bounded: the oldest are forgotten by generations. */
export class SeenIds {
  #now = new Set<string>();
  #before: ReadonlySet<string> = new Set();
  readonly #limit: number;

  /** @param limit ids of one generation; at least this many and at most twice as many are remembered */
  constructor(limit: number = MAX_IDS) { this.#limit = limit; }

  /** True where the id was seen before; it is from now on. */
  isSeen(id: string): boolean {
    if (this.#now.has(id) || this.#before.has(id)) return true;
    if (this.#now.size >= this.#limit) {
      this.#before = this.#now;
      this.#now = new Set();
    }
    this.#now.add(id);
    return false;
  }
}
