import { F_CLEAR, F_LAST, F_SNAPSHOT, F_WINDOW } from '../../src/catalog/chunks.ts';
import type { BookChunk, ChunkOf, DataKind } from '../../src/catalog/chunks.ts';
import { copyChunk } from '../../src/catalog/chunks.ts';
import { AssetGenerator } from '../../src/synth/asset-generator.ts';
import type { ChunkSink, ChunkSinks } from '../../src/synth/chunk-buffers.ts';
import type { SynthRecipe } from '../../src/synth/recipe.ts';

export interface RecordedBookRow { readonly tsEvent: number; readonly tsInit: number; readonly side: number; readonly tick: number; readonly lots: number; readonly flags: number; readonly sequence: number }

/** Keeps all chunks in memory, copied. */
export class RecordedMarket implements ChunkSinks {
  readonly #chunks = new Map<string, ChunkOf[DataKind][]>();

  sink<K extends DataKind>(kind: K, instrumentId: string): ChunkSink<K> {
    const chunks: ChunkOf[DataKind][] = [];
    this.#chunks.set(`${kind} ${instrumentId}`, chunks);
    return { append: (chunk) => void chunks.push(copyChunk(chunk)) };
  }

  chunks<K extends DataKind>(kind: K, instrumentId: string): readonly ChunkOf[K][] {
    return (this.#chunks.get(`${kind} ${instrumentId}`) ?? []) as unknown as ChunkOf[K][];
  }

  bookRows(instrumentId: string): RecordedBookRow[] {
    return this.chunks('book', instrumentId).flatMap(rowsOf);
  }
}

function rowsOf(chunk: BookChunk): RecordedBookRow[] {
  return Array.from({ length: chunk.rows }, (_, row) => ({
    tsEvent: chunk.tsEvent[row]!, tsInit: chunk.tsInit[row]!, side: chunk.side[row]!, tick: chunk.tick[row]!, lots: chunk.lots[row]!, flags: chunk.flags[row]!, sequence: chunk.sequence[row]!,
  }));
}

/** Generates a recipe's first seconds, or the range given, into memory. */
export function record(recipe: SynthRecipe, range: { readonly from?: number; readonly to: number }): RecordedMarket {
  const market = new RecordedMarket();
  for (const asset of recipe.assets) {
    new AssetGenerator(recipe, asset, { range: { from: range.from ?? recipe.from, to: range.to }, sinks: market }).advance(range.to);
  }
  return market;
}

/** A book rebuilt row by row, with the best prices found the slow and certain way. */
export class RebuiltBook {
  readonly #levels = [new Map<number, number>(), new Map<number, number>()] as const;

  /** Applies a row; returns a sentence where it breaks a rule. */
  apply(row: RecordedBookRow): string | undefined {
    if (row.flags & F_CLEAR) for (const side of this.#levels) side.clear();
    const side = this.#levels[row.side as 0 | 1];
    if (!Number.isInteger(row.lots) || row.lots < 0) return `lots ${row.lots}`;
    if (row.lots === 0) return side.delete(row.tick) ? undefined : `deletes unknown level ${row.tick}`;
    if (side.get(row.tick) === row.lots) return `repeats level ${row.tick}`;
    side.set(row.tick, row.lots);
    return undefined;
  }

  get bid(): number { return Math.max(...this.#levels[0].keys()); }
  get ask(): number { return Math.min(...this.#levels[1].keys()); }
  levels(side: 0 | 1): number { return this.#levels[side].size; }

  /** Average tick at which a notional (ticks × lots) fills. */
  impactTick(side: 0 | 1, notional: number): number {
    const sorted = [...this.#levels[side]].sort((a, b) => (side === 0 ? b[0] - a[0] : a[0] - b[0]));
    let left = notional;
    let lots = 0;
    let value = 0;
    for (const [tick, size] of sorted) {
      const taken = Math.min(left, tick * size);
      lots += taken / tick;
      value += taken;
      left -= taken;
      if (left <= 0) break;
    }
    return value / lots;
  }
}

export { F_LAST, F_SNAPSHOT, F_WINDOW };
