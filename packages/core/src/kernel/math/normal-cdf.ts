import { exp } from './exp.ts';

const A = [0.319381530, -0.356563782, 1.781477937, -1.821255978, 1.330274429] as const;

/**
 * Probability that a standard normal is below `z`, within 7.5e-8 and the same bits on every engine.
 * Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.17.
 */
export function normalCdf(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail = 0.3989422804014327 * exp(-z * z / 2) * t * (A[0] + t * (A[1] + t * (A[2] + t * (A[3] + t * A[4]))));
  return z > 0 ? 1 - tail : tail;
}
