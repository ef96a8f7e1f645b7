/** A level that a message changed, to be put back if the message turns out to be wrong. */
interface Change { readonly side: number; readonly tick: number; readonly lots: number }

type Levels = Map<number, number>;

/** Ticks next to the old best that are tried before all levels are searched. */
const PROBES = 64;
const NOTHING = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

/**
 * The book as the rows written so far leave it: it makes the opening snapshot of the next file and finds crossed books. A message can be taken back as a whole.
 */
export class WriterBook {
  #levels: readonly [Levels, Levels] = [new Map(), new Map()];
  readonly #best: [number, number] = [...NOTHING];
  #changes: Change[] = [];
  /** Both sides as they were before the message cleared them. */
  #cleared: readonly [Levels, Levels] | undefined;

  get size(): number { return this.#levels[0].size + this.#levels[1].size; }

  /** Best bid (side 0) or ask (side 1) in ticks; infinite where the side is empty. */
  best(side: number): number {
    const best = this.#best[side]!;
    if (best === NOTHING[side] || this.#levels[side]!.has(best)) return best;
    return this.#best[side] = this.#findBest(side, best);
  }

  has(side: number, tick: number): boolean { return this.#levels[side]!.has(tick); }

  clear(): void {
    this.#cleared ??= this.#levels;
    this.#levels = [new Map(), new Map()];
    this.#best[0] = NOTHING[0];
    this.#best[1] = NOTHING[1];
  }

  /** Sets a level; 0 lots remove it. */
  set(side: number, tick: number, lots: number): void {
    const levels = this.#levels[side]!;
    if (this.#cleared === undefined) this.#changes.push({ side, tick, lots: levels.get(tick) ?? 0 });
    this.#apply(side, tick, lots);
  }

  /** Keeps what the message did. */
  commit(): void {
    if (this.#changes.length > 0) this.#changes = [];
    this.#cleared = undefined;
  }

  /** Takes the message back. */
  rollback(): void {
    if (this.#cleared !== undefined) {
      this.#levels = this.#cleared;
      for (const side of [0, 1]) {
        this.#best[side] = NOTHING[side]!;
        for (const tick of this.#levels[side]!.keys()) this.#improve(side, tick);
      }
    }
    for (const { side, tick, lots } of this.#changes.reverse()) this.#apply(side, tick, lots);
    this.commit();
  }

  /** Calls with every level, bids from the best down, then asks from the best up. */
  forEach(visit: (side: number, tick: number, lots: number) => void): void {
    for (const side of [0, 1]) {
      const levels = [...this.#levels[side]!].sort(([a], [b]) => side === 0 ? b - a : a - b);
      for (const [tick, lots] of levels) visit(side, tick, lots);
    }
  }

  #apply(side: number, tick: number, lots: number): void {
    if (lots === 0) this.#levels[side]!.delete(tick);
    else { this.#levels[side]!.set(tick, lots); this.#improve(side, tick); }
  }

  #improve(side: number, tick: number): void {
    if (side === 0 ? tick > this.#best[0] : tick < this.#best[1]) this.#best[side] = tick;
  }

  /** The old best is gone and nothing better came: the next is behind it. */
  #findBest(side: number, from: number): number {
    const levels = this.#levels[side]!;
    if (levels.size === 0) return NOTHING[side]!;
    const step = side === 0 ? -1 : 1;
    for (let i = 1; i <= PROBES; i++) if (levels.has(from + i * step)) return from + i * step;
    let best: number = NOTHING[side]!;
    for (const tick of levels.keys()) if (side === 0 ? tick > best : tick < best) best = tick;
    return best;
  }
}
