/** Ids up to which a walk over them is cheaper than a set. */
const MAX_WALKED = 16;

/** Remembers which executions an order has been told of, so that one told twice is taken once. Most orders have one or two. */
export class ToldIds {
  #few: string[] = [];
  #many: Set<string> | undefined;

  /** True where the id was told before; it is from now on. */
  isTold(id: string): boolean {
    if (this.#many !== undefined) return this.#addToMany(this.#many, id);
    for (const known of this.#few) if (known === id) return true;
    this.#few.push(id);
    if (this.#few.length > MAX_WALKED) {
      this.#many = new Set(this.#few);
      this.#few = [];
    }
    return false;
  }

  #addToMany(many: Set<string>, id: string): boolean {
    if (many.has(id)) return true;
    many.add(id);
    return false;
  }
}
