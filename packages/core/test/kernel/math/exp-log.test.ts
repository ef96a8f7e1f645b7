import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { exp, expm1 } from '../../../src/kernel/math/exp.ts';
import { log, log1p } from '../../../src/kernel/math/log.ts';
import { powInt } from '../../../src/kernel/math/pow-int.ts';
import { randomStream } from '../../../src/kernel/math/random.ts';
import { cos, sin } from '../../../src/kernel/math/trig.ts';

/** Two units in the last place, relative. */
const TOLERANCE = 4.5e-16;
const SAMPLES = 20_000;

type Real = (x: number) => number;

/** The largest error of `ours` against the engine's function; relative, or absolute where the true value passes through 0. */
function worstError(ours: Real, engine: Real, arguments_: { readonly next: () => number; readonly isAbsolute?: boolean }): number {
  let worst = 0;
  for (let i = 0; i < SAMPLES; i++) {
    const x = arguments_.next();
    const expected = engine(x);
    const error = Math.abs(ours(x) - expected) / (arguments_.isAbsolute ? 1 : Math.abs(expected) || 1);
    if (!(error <= worst)) worst = error;
  }
  return worst;
}

describe('elementary functions in plain arithmetic', () => {
  const random = randomStream(7, 'test');
  const wide = (): number => random.uniform() * 1400 - 700;
  const small = (): number => (random.uniform() * 2 - 1) * exp(-30 * random.uniform());

  it('exp and expm1 agree with the engine to 2 units in the last place', () => {
    expect(worstError(exp, Math.exp, { next: wide })).toBeLessThan(TOLERANCE);
    expect(worstError(exp, Math.exp, { next: small })).toBeLessThan(TOLERANCE);
    expect(worstError(expm1, Math.expm1, { next: small })).toBeLessThan(TOLERANCE);
    expect(worstError(expm1, Math.expm1, { next: () => small() * 40 })).toBeLessThan(TOLERANCE);
    expect(worstError(exp, Math.exp, { next: () => -708 - 37 * random.uniform(), isAbsolute: true })).toBeLessThanOrEqual(5e-324);
  });

  it('log and log1p agree with the engine to 2 units in the last place', () => {
    expect(worstError(log, Math.log, { next: () => exp(wide()) })).toBeLessThan(TOLERANCE);
    expect(worstError(log, Math.log, { next: () => 1 + small() / 2 })).toBeLessThan(TOLERANCE);
    expect(worstError(log, Math.log, { next: () => 5e-324 * random.integer(1, 1_000_000) })).toBeLessThan(TOLERANCE);
    expect(worstError(log1p, Math.log1p, { next: small })).toBeLessThan(TOLERANCE);
    expect(worstError(log1p, Math.log1p, { next: () => exp(40 * random.uniform()) })).toBeLessThan(TOLERANCE);
  });

  it('sin and cos agree with the engine to 2.3e-16 absolute within a million radians, and refuse more', () => {
    for (const scale of [1, 10, 1e6]) {
      const next = (): number => (random.uniform() * 2 - 1) * scale;
      expect(worstError(sin, Math.sin, { next, isAbsolute: true })).toBeLessThan(2.3e-16);
      expect(worstError(cos, Math.cos, { next, isAbsolute: true })).toBeLessThan(2.3e-16);
    }
    expect(sin(1_000_001)).toBeNaN();
    expect(cos(-Infinity)).toBeNaN();
  });

  it.each([0, -0, Infinity, -Infinity, NaN, 709.782712893384, 709.79, -745.1332191019412, -745.14, 5e-324, -1, -2, 1e-320])('special value %d as the engine has it', (x) => {
    expect(exp(x)).toBe(Math.exp(x));
    expect(log(x)).toBe(Math.log(x));
    expect(log1p(x)).toBe(Math.log1p(x));
    expect(Math.abs(expm1(x) - Math.expm1(x)) || 0).toBeLessThanOrEqual(1.2e-16);
  });

  it('powInt is exact where the products are, and refuses fractions', () => {
    for (let n = 0; n <= 22; n++) expect(powInt(10, n)).toBe(Number(`1e${n}`));
    expect(powInt(2, -10)).toBe(1 / 1024);
    expect(powInt(1.0002164528006687, 1095)).toBeCloseTo(1.26742865770469, 12);
    expect(() => powInt(2, 0.5)).toThrow(/not an integer/);
  });

  it('REQ-D22 gives the same bits on every engine: golden hash of 20,000 values', () => {
    const stream = randomStream(20_250_301, 'golden');
    const values = new Float64Array(SAMPLES);
    for (let i = 0; i < SAMPLES; i++) {
      const x = stream.normal() * 10;
      values[i] = [exp(x), expm1(x / 8), log(Math.abs(x)), log1p(x * x), sin(x * 1000), cos(x), powInt(1 + x / 1e4, i % 1000), x][i % 8]!;
    }
    expect(createHash('sha256').update(new Uint8Array(values.buffer)).digest('hex')).toBe('b17431af144922dbba8a8230a4a7bfb19841ec77b9d4a43737f455861d992dbc');
  });
});
