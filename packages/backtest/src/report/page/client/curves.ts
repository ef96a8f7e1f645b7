import type { StepCurve } from '../page-data.ts';
import type { EncodedSeries } from '../../series.ts';
import { END } from './dom.ts';

/** Values of an encoded series. */
export function decode(encoded: EncodedSeries): (number | null)[] {
  let sum = 0;
  return encoded.d.map((step) => {
    if (step === null) return null;
    sum += step;
    return sum / encoded.scale;
  });
}

/** Stamps of an encoded series, Unix seconds. The last sample was taken when the replay ended, which may be before its step. */
export function stampsOf(encoded: EncodedSeries): number[] {
  return encoded.d.map((_, index) => Math.min(encoded.start + index * encoded.step, END));
}

/** Fall from the running peak, not positive; gaps stay gaps. */
export function drawdown(values: readonly (number | null)[]): (number | null)[] {
  let peak = 0;
  return values.map((value) => {
    if (value === null) return null;
    peak = Math.max(peak, value);
    return Math.min(0, value - peak);
  });
}

/** Stepped curves on one axis, each holding its value until its next step, from `from` to `to`. */
export function mergeSteps(curves: readonly StepCurve[], from: number, to: number): { readonly t: number[]; readonly values: number[][] } {
  const t = [...new Set([from, ...curves.flatMap((curve) => curve.t), to])].sort((a, b) => a - b);
  const values = curves.map((curve) => {
    let index = 0;
    let value = 0;
    return t.map((stamp) => {
      while (index < curve.t.length && curve.t[index]! <= stamp) value = curve.v[index++]!;
      return value;
    });
  });
  return { t, values };
}

/** Values of an encoded series at other stamps: the sample in force, null outside. */
export function sampleAt(encoded: EncodedSeries, stamps: readonly number[]): (number | null)[] {
  const values = decode(encoded);
  return stamps.map((stamp) => (stamp >= END ? values.at(-1) : values[Math.min(values.length - 1, Math.floor((stamp - encoded.start) / encoded.step))]) ?? null);
}
