import type { FuzzLeg } from './fuzz-leg.ts';
import type { FuzzWorld } from './fuzz-world.ts';
import type { Invariant } from './invariants.ts';

type Shown = FuzzLeg['shown'][number];

/** Our fills are at prices the venue's market showed at that time, and in all not more than it showed there. */
export class VolumeShown implements Invariant {
  readonly name = 'fills-within-volume';
  readonly #world: FuzzWorld;
  readonly #taken = new Map<string, number>();
  constructor(world: FuzzWorld) { this.#world = world; }

  look(): string | undefined {
    const { news } = this.#world.books;
    for (let fill = news.shift(); fill !== undefined; fill = news.shift()) {
      if (fill.order === undefined) continue;                    // a forced fill is priced by the venue
      const leg = this.#world.legs.find(({ instrument }) => instrument === fill!.instrument)!;
      const { tick, lots } = fill.report;
      const [isFound, text] = this.#take(leg, { at: fill.tsEvent, sign: fill.sign, tick, lots });
      if (!isFound) return `${fill.order.id} filled ${lots} lots at tick ${tick}, ${text}`;
    }
    return undefined;
  }

  /** Takes lots off what was shown; at the very moment of a new book it may have been the one before. */
  #take({ instrument, shown }: FuzzLeg, fill: { readonly at: number; readonly sign: number; readonly tick: number; readonly lots: number }): readonly [isFound: boolean, text: string] {
    let i = shown.length - 1;
    while (i > 0 && shown[i]!.at > fill.at) i--;
    let text = 'but no book was shown';
    for (; i >= 0; i--) {
      const { at, book }: Shown = shown[i]!;
      const level = (fill.sign === 1 ? book.asks : book.bids).find(([tick]) => tick === fill.tick)?.[1] ?? 0;
      const key = `${instrument.id} ${i} ${fill.sign} ${fill.tick}`;
      const taken = this.#taken.get(key) ?? 0;
      if (taken + fill.lots <= level) {
        this.#taken.set(key, taken + fill.lots);
        return [true, ''];
      }
      text = `where ${level} were shown and ${taken} of them taken before`;
      if (at !== fill.at) break;
    }
    return [false, text];
  }
}
