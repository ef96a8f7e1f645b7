import { type Instrument, POW10_NUMBER } from '@arb/core';
import { BAR_PRICE, type BarChunk } from '../chunks.ts';
import type { Finding } from './finding.ts';

/** Standard deviation of the price difference of one asset between venues above which times are taken to be wrong, bps; true ones are 1 to 10. */
export const MAX_ALIGNED_SD_BPS = 25;
/** Bars in common from which a comparison says something. */
const MIN_COMMON_BARS = 100;
/** Bars kept of an instrument for the comparison. */
export const MAX_COMPARED_BARS = 50_000;

/** Closes of the trade bars of one instrument by their time. */
export interface Closes { readonly instrument: Instrument; readonly intervalUs: number; readonly byTime: ReadonlyMap<number, number> }

/** Collects the closes of trade bars, of the first interval met and up to {@link MAX_COMPARED_BARS}. */
export class CloseCollector {
  readonly #instrument: Instrument;
  readonly #byTime = new Map<number, number>();
  #intervalUs = 0;

  constructor(instrument: Instrument) { this.#instrument = instrument; }

  chunk(chunk: BarChunk): void {
    const unit = POW10_NUMBER[chunk.priceScale]!;
    for (let row = 0; row < chunk.rows && this.#byTime.size < MAX_COMPARED_BARS; row++) {
      if (chunk.priceKind[row] !== BAR_PRICE.trade) continue;
      if (this.#intervalUs === 0) this.#intervalUs = chunk.intervalUs[row]!;
      if (chunk.intervalUs[row] === this.#intervalUs) this.#byTime.set(chunk.tsEvent[row]!, chunk.close[row]! / unit);
    }
  }

  get closes(): Closes { return { instrument: this.#instrument, intervalUs: this.#intervalUs, byTime: this.#byTime }; }
}

/** Mean and standard deviation of a − b in bps over the bars with a common time, those of `b` moved by `shiftUs`. */
export function differenceBps(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>, shiftUs = 0): { readonly bars: number; readonly mean: number; readonly sd: number } {
  let bars = 0;
  let mean = 0;
  let squares = 0;
  for (const [time, price] of a) {
    const other = b.get(time - shiftUs);
    if (other === undefined) continue;
    const bps = (price / other - 1) * 10_000;
    bars++;
    const delta = bps - mean;
    mean += delta / bars;
    squares += delta * (bps - mean);
  }
  return { bars, mean, sd: bars === 0 ? 0 : Math.sqrt(squares / bars) };
}

/** Compares bars of the same asset on different venues: times of one of them that are wrong show as prices that differ. */
export function checkAlignment(all: readonly Closes[]): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [i, a] of all.entries()) {
    for (const b of all.slice(i + 1)) {
      if (a.instrument.base !== b.instrument.base || a.instrument.kind !== b.instrument.kind || a.instrument.venue === b.instrument.venue || a.intervalUs !== b.intervalUs) continue;
      const { bars, sd } = differenceBps(a.byTime, b.byTime);
      if (bars < MIN_COMMON_BARS || sd <= MAX_ALIGNED_SD_BPS) continue;
      findings.push({
        severity: 'error', code: 'MISALIGNED', instrumentId: b.instrument.id, kind: 'bar', count: bars, firstAt: undefined,
        message: `closes differ from those of ${a.instrument.id} by ${sd.toFixed(1)} bps (standard deviation of ${bars} bars${hint(a, b, sd)}): the times of one of the two are wrong, profits from the difference are not real`,
      });
    }
  }
  return findings;
}

function hint(a: Closes, b: Closes, sd: number): string {
  const best = [-3, -2, -1, 1, 2, 3].map((bars) => ({ bars, sd: differenceBps(a.byTime, b.byTime, bars * a.intervalUs).sd })).reduce((x, y) => y.sd < x.sd ? y : x);
  return best.sd < sd / 3 ? `; moved by ${best.bars} bar${Math.abs(best.bars) === 1 ? '' : 's'} it would be ${best.sd.toFixed(1)}` : '';
}
