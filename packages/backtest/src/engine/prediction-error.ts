import { aprPct, type Instrument, MICROS_PER_HOUR } from '@arb/core';
import type { Catalog } from '../catalog/catalog.ts';
import { FUNDING_STATUS, type FundingChunk } from '../catalog/chunks.ts';

/** How far a prediction was off on average, or why nobody can say. */
export interface PredictionError {
  /** Mean absolute error, APR %. */
  readonly aprPct: number | null;
  readonly note: string | null;
}

/** A settled rate belongs to a prediction of a boundary this near at most. */
const MAX_OFF_MICROS = 900_000_000;

const unknown = (note: string): PredictionError => ({ aprPct: null, note });

/**
 * Compares each settled rate with the last prediction of it that was known an hour before its boundary; half the interval before where that is shorter, since
 * a venue that settles every hour predicts nothing earlier.
 *
 * @param range rows received in it count; `to` exclusive, µs
 */
export function predictionError(catalog: Catalog, instrument: Instrument, range: { readonly from: number; readonly to: number }): PredictionError {
  if (instrument.kind !== 'perpetual') return unknown('it has no funding');
  if (!catalog.kinds(instrument.id).includes('funding')) return unknown('the data has no funding rates');
  const predictions = new Map<number, number>();
  let [settlements, compared, sum] = [0, 0, 0];
  for (const chunk of catalog.readSync({ instrumentId: instrument.id, kind: 'funding', ...range })) {
    for (let i = 0; i < chunk.rows; i++) {
      const { settlesAt, intervalMicros, apr } = rowOf(chunk, i);
      if (chunk.status[i] !== FUNDING_STATUS.settled) {
        if (chunk.tsInit[i]! <= settlesAt - Math.min(MICROS_PER_HOUR, intervalMicros / 2)) predictions.set(settlesAt, apr);
        continue;
      }
      settlements++;
      const predicted = takePrediction(predictions, settlesAt, Math.min(intervalMicros / 2, MAX_OFF_MICROS));
      if (predicted === undefined) continue;
      compared++;
      sum += Math.abs(predicted - apr);
    }
  }
  if (settlements === 0) return unknown('nothing was settled in the period');
  return compared === 0 ? unknown('the data has no predictions of what was settled') : { aprPct: sum / compared, note: null };
}

function rowOf({ rate, rateScale, intervalUs, settlesAt }: FundingChunk, i: number): { readonly settlesAt: number; readonly intervalMicros: number; readonly apr: number } {
  const intervalMicros = intervalUs[i]!;
  return { settlesAt: settlesAt[i]!, intervalMicros, apr: aprPct({ rateNumber: rate[i]! / Number(`1e${rateScale}`), intervalHours: intervalMicros / MICROS_PER_HOUR }) };
}

/** The prediction of a boundary; it and all of earlier ones are done with. */
function takePrediction(predictions: Map<number, number>, settlesAt: number, tolerance: number): number | undefined {
  let found: number | undefined;
  for (const [at, apr] of predictions) {
    if (Math.abs(at - settlesAt) < tolerance) found = apr;
    if (at < settlesAt + tolerance) predictions.delete(at);
  }
  return found;
}
