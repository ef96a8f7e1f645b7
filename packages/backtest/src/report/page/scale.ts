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

/** Widest a text of a static chart can get, in its 11 px: no font is measured where the page is written, so the widest common one counts. */
export function widthOf(text: string, isBold = false): number {
  return text.length * (isBold ? 7.9 : 7);
}

/** Moves ascending positions apart, within `from` and `to` as far as they have room. */
export function spread(positions: readonly number[], { gap, from, to }: { readonly gap: number; readonly from: number; readonly to: number }): number[] {
  const placed: number[] = [];
  for (const position of positions) placed.push(Math.max(position, placed.length === 0 ? from : placed.at(-1)! + gap));
  let limit = to;
  for (let index = placed.length - 1; index >= 0; index -= 1, limit -= gap) placed[index] = Math.min(placed[index]!, limit);
  return placed;
}
