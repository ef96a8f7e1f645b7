import { ArbError, Decimal } from '@arb/core';
import { randomStream } from '@arb/core/internal';

/** Runs of one sweep at most: a slip in a range must not keep a machine busy for a week. */
export const MAX_RUNS = 10_000;
/** Values of one parameter at most. */
const MAX_VALUES = 10_000;
/** Steps a range without a step is drawn from. */
const DRAWN_STEPS = 1_000_000;

/** One parameter and what it may be: a list, or any value of a range. */
export type ParameterAxis =
  | { readonly name: string; readonly values: readonly string[] }
  | { readonly name: string; readonly values: undefined; readonly from: string; readonly to: string };

/** One combination: the value of each parameter, as text, in the order the parameters were given. */
export type SweepPoint = Readonly<Record<string, string>>;

const RANGE = /^(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)(?::(\d+(?:\.\d+)?))?$/;
const usage = (message: string): ArbError => new ArbError('ARB_USAGE_SWEEP', message, {});

/**
 * Reads `enterAprPct=2,4,6`, `exitAprPct=0..4:0.5` (both ends included) and, for random draws, `notionalUsd=5000..20000`.
 *
 * @throws ArbError `ARB_USAGE_SWEEP` naming the parameter, what was received and how to write it
 */
export function parseAxes(params: readonly string[]): ParameterAxis[] {
  const axes = params.map(parseAxis);
  const twice = axes.find(({ name }, i) => axes.findIndex((axis) => axis.name === name) < i);
  if (twice !== undefined) throw usage(`--param ${twice.name} is given twice; write all its values in one list, as in --param ${twice.name}=2,4,6`);
  return axes;
}

function parseAxis(param: string): ParameterAxis {
  const equals = param.indexOf('=');
  if (equals < 1 || equals === param.length - 1) throw usage(`--param ${param}: write name=value,value, as in --param enterAprPct=2,4,6`);
  const name = param.slice(0, equals);
  const text = param.slice(equals + 1);
  const range = RANGE.exec(text);
  if (range !== null) return rangeAxis(name, text, range as unknown as readonly [string, string, string, string | undefined]);
  const values = splitList(text).map((value) => value.trim());
  if (values.includes('')) throw usage(`--param ${param}: a value of the list is empty; write name=value,value`);
  const repeated = values.find((value, i) => values.indexOf(value) < i);
  if (repeated !== undefined) throw usage(`--param ${name} has ${repeated} twice; leave one out`);
  if (values.length > MAX_VALUES) throw usage(`--param ${name} has ${values.length} values, more than ${MAX_VALUES}; give fewer`);
  return { name, values };
}

function rangeAxis(name: string, text: string, [, from, to, step]: readonly [string, string, string, string | undefined]): ParameterAxis {
  if (new Decimal(from).gte(to)) throw usage(`--param ${name}=${text} does not run upwards; write the smaller end first, or one value`);
  if (step === undefined) return { name, values: undefined, from, to };
  if (new Decimal(step).isZero()) throw usage(`--param ${name}=${text}: a step of 0 never arrives; give a positive one`);
  const count = new Decimal(to).minus(from).div(step).floor().toNumber() + 1;
  if (count > MAX_VALUES) throw usage(`--param ${name}=${text} has ${count} values, more than ${MAX_VALUES}; take a larger step`);
  return { name, values: Array.from({ length: count }, (_, i) => new Decimal(step).times(i).plus(from).toFixed()) };
}

/** Parts at commas that lie outside of brackets and quotes: a value may be a JSON list. */
function splitList(text: string): string[] {
  const parts: string[] = [];
  let [depth, start, isQuoted] = [0, 0, false];
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (char === '"') isQuoted = !isQuoted;
    else if (!isQuoted && (char === '[' || char === '{')) depth++;
    else if (!isQuoted && (char === ']' || char === '}')) depth--;
    else if (char === ',' && depth === 0 && !isQuoted) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  return [...parts, text.slice(start)];
}

/**
 * Every combination, the last parameter changing fastest.
 *
 * @throws ArbError `ARB_USAGE_SWEEP` for a range without a step, or more than {@link MAX_RUNS} combinations
 */
export function gridOf(axes: readonly ParameterAxis[]): SweepPoint[] {
  const open = axes.find(({ values }) => values === undefined);
  if (open !== undefined) throw usage(`--param ${open.name} is a range without a step; write from..to:step, or draw from it with --random <runs>`);
  const count = axes.reduce((product, { values }) => product * values!.length, 1);
  if (count > MAX_RUNS) throw usage(`the grid has ${count} combinations, more than ${MAX_RUNS}; give fewer values, or draw some of them with --random <runs>`);
  return axes.reduce<SweepPoint[]>((points, { name, values }) => points.flatMap((point) => values!.map((value) => ({ ...point, [name]: value }))), [{}]);
}

/**
 * As many different combinations drawn at random, the same for the same seed; all of the grid, in its order, where that is no more.
 *
 * @throws ArbError `ARB_USAGE_SWEEP` for more than {@link MAX_RUNS}
 */
export function drawPoints(axes: readonly ParameterAxis[], count: number, seed: number): SweepPoint[] {
  if (count > MAX_RUNS) throw usage(`--random ${count}: a sweep has at most ${MAX_RUNS} runs; give fewer`);
  const size = axes.reduce((product, { values }) => product * (values === undefined ? DRAWN_STEPS + 1 : values.length), 1);
  if (size <= count) return gridOf(axes);
  const random = randomStream(seed, 'sweep');
  const drawn = new Map<string, SweepPoint>();
  while (drawn.size < count) {
    const point = Object.fromEntries(axes.map((axis) => [axis.name, axis.values === undefined ? between(axis, random.integer(0, DRAWN_STEPS)) : axis.values[random.integer(0, axis.values.length - 1)]!]));
    const key = JSON.stringify(point);
    if (!drawn.has(key)) drawn.set(key, point);
  }
  return [...drawn.values()];
}

function between({ from, to }: { readonly from: string; readonly to: string }, step: number): string {
  return new Decimal(to).minus(from).times(step).div(DRAWN_STEPS).plus(from).toFixed();
}

/** A point as `--param` takes it. */
export function paramsOf(point: SweepPoint): string[] {
  return Object.entries(point).map(([name, value]) => `${name}=${value}`);
}
