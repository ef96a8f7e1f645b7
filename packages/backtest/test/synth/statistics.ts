/** Arithmetic mean. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Standard deviation of the population. */
export function standardDeviation(values: readonly number[]): number {
  const center = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - center) * (value - center))));
}

/** Kurtosis; 3 for a normal. */
export function kurtosis(values: readonly number[]): number {
  const center = mean(values);
  const variance = mean(values.map((value) => (value - center) * (value - center)));
  return mean(values.map((value) => Math.pow(value - center, 4))) / (variance * variance);
}

/** The value below which this share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}

/** Correlation of a series with itself `lag` places later. */
export function autocorrelation(values: readonly number[], lag: number): number {
  return correlation(values.slice(lag), values.slice(0, values.length - lag));
}

/** Pearson's correlation. */
export function correlation(a: readonly number[], b: readonly number[]): number {
  const meanA = mean(a);
  const meanB = mean(b);
  return mean(a.map((value, index) => (value - meanA) * (b[index]! - meanB))) / (standardDeviation(a) * standardDeviation(b));
}
