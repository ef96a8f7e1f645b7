import type { StepCurve } from '../page-data.ts';
import type { EncodedSeries } from '../../series.ts';
import { formatNumber } from '../format.ts';
import { END } from './dom.ts';

/** Values of an encoded series. */
export function decode({ d, scale }: Pick<EncodedSeries, 'd' | 'scale'>): (number | null)[] {
  let sum = 0;
  return d.map((step) => {
    if (step === null) return null;
    sum += step;
    return sum / scale;
  });
}

/** Stamps of an encoded series, Unix seconds. The last sample was taken when the replay ended, which may be before its step. */
export function stampsOf({ start, step, at, d }: EncodedSeries): number[] {
  let steps = 0;
  return d.map((_, index) => {
    steps += at?.[index] ?? (index === 0 ? 0 : 1);
    return Math.min(start + steps * step, END);
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

/** Values of an encoded series at other stamps: the last one at or before each; null before the first. */
export function heldAt(encoded: EncodedSeries, stamps: readonly number[]): (number | null)[] {
  const [own, values] = [stampsOf(encoded), decode(encoded)];
  let next = 0;
  return stamps.map((stamp) => {
    while (next < own.length && own[next]! <= stamp) next += 1;
    return values[next - 1] ?? null;
  });
}

/** How many stamps of how many are drawn; undefined where all are. */
export function shareOf(shown: number, of: number | undefined): string | undefined {
  return of === undefined ? undefined : `${formatNumber(shown, 0)} of ${formatNumber(of, 0)} samples`;
}
