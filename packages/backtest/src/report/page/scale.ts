const STEPS = [1, 2, 2.5, 5, 10] as const;

/** The round step that cuts `span` into at most `count` pieces. */
export function niceStep(span: number, count: number): number {
  if (!(span > 0)) return 1;
  let power = 1;
  while (power * 10 <= span / count) power *= 10;
  while (power > span / count) power /= 10;
  return STEPS.map((step) => step * power).find((step) => span / step <= count + 1e-9) ?? power * 10;
}

/** Ticks from zero up to `maximum`, at most `count` intervals. */
export function niceTicks(maximum: number, count: number): number[] {
  const step = niceStep(maximum, count);
  const ticks: number[] = [];
  for (let index = 0; index * step <= maximum + 1e-9; index += 1) ticks.push(Number((index * step).toPrecision(12)));
  return ticks;
}

/** The next round number at or above a value. */
export function niceCeiling(value: number): number {
  const step = niceStep(value, 4);
  return Number((Math.ceil(value / step - 1e-9) * step).toPrecision(12));
}
