import { describe, expect, it } from 'vitest';
import { log } from '../../../src/kernel/math/log.ts';
import { RandomStream, randomStream } from '../../../src/kernel/math/random.ts';

const DRAWS = 200_000;

interface Moments { readonly mean: number; readonly variance: number; readonly skew: number; readonly kurtosis: number }

function momentsOf(draw: () => number): Moments {
  const values = Array.from({ length: DRAWS }, draw);
  const mean = values.reduce((sum, value) => sum + value, 0) / DRAWS;
  const central = (power: number): number => values.reduce((sum, value) => sum + Math.pow(value - mean, power), 0) / DRAWS;
  const variance = central(2);
  return { mean, variance, skew: central(3) / Math.pow(variance, 1.5), kurtosis: central(4) / (variance * variance) };
}

describe('RandomStream', () => {
  it('gives the same numbers for the same seed and name, others for another seed or name', () => {
    const first = (seed: number, name: string): number[] => { const stream = randomStream(seed, name); return [stream.uint32(), stream.uint32(), stream.uint32()]; };
    expect(first(1, 'latency.BYBIT')).toEqual([1_194_742_570, 3_152_077_144, 906_685_244]);
    expect(first(1, 'latency.BYBIT')).toEqual(first(1, 'latency.BYBIT'));
    const others = [first(2, 'latency.BYBIT'), first(1, 'latency.BYBIS'), first(1, 'latency.HYPERLIQUID'), first(4_294_967_297, 'latency.BYBIT'), first(1, 'BYBIT.latency')];
    expect(new Set([first(1, 'latency.BYBIT'), ...others].map(String)).size).toBe(6);
  });

  it('streams of neighbouring seeds and names are uncorrelated', () => {
    for (const [a, b] of [[randomStream(1, 'x'), randomStream(2, 'x')], [randomStream(1, 'x1'), randomStream(1, 'x2')]] as const) {
      let product = 0;
      for (let i = 0; i < DRAWS; i++) product += a.normal() * b.normal();
      expect(Math.abs(product / Math.sqrt(DRAWS))).toBeLessThan(4);
    }
  });

  it('continues from a saved state, the spare normal included', () => {
    const stream = randomStream(3, 'save');
    stream.normal();
    const copy = new RandomStream(JSON.parse(JSON.stringify(stream.save())) as ReturnType<RandomStream['save']>);
    const draw = (from: RandomStream): number[] => [from.normal(), from.uniform(), from.poisson(3), from.integer(0, 9), from.exponential(2)];
    expect(draw(copy)).toEqual(draw(stream));
  });

  it('uniform numbers fill [0, 1) evenly', () => {
    const stream = randomStream(4, 'uniform');
    const bins = new Uint32Array(100);
    for (let i = 0; i < DRAWS; i++) bins[Math.floor(stream.uniform() * 100)]!++;
    const chiSquare = bins.reduce((sum, count) => sum + (count - DRAWS / 100) * (count - DRAWS / 100) / (DRAWS / 100), 0);
    expect(chiSquare).toBeGreaterThan(55);        // 99 degrees of freedom: 0.01 % on either side
    expect(chiSquare).toBeLessThan(158);
  });

  it('integers cover their range, both ends included, and refuse a bad one', () => {
    const stream = randomStream(5, 'integer');
    const seen = new Uint32Array(6);
    for (let i = 0; i < 60_000; i++) seen[stream.integer(-2, 3) + 2]!++;
    for (const count of seen) expect(Math.abs(count - 10_000)).toBeLessThan(400);
    expect(stream.integer(7, 7)).toBe(7);
    expect(() => stream.integer(1, 0)).toThrow(/low <= high/);
    expect(() => stream.integer(0, 4_294_967_296)).toThrow(/2\^32/);
  });

  it('normal, lognormal and exponential have their moments', () => {
    const stream = randomStream(6, 'moments');
    const normal = momentsOf(() => stream.normal(2, 3));
    expect(normal.mean).toBeCloseTo(2, 1);
    expect(normal.variance / 9).toBeCloseTo(1, 1);
    expect(normal.skew).toBeCloseTo(0, 1);
    expect(normal.kurtosis).toBeCloseTo(3, 1);
    const logarithm = momentsOf(() => log(stream.lognormal(-1, 0.5)));
    expect(logarithm.mean).toBeCloseTo(-1, 1);
    expect(logarithm.variance).toBeCloseTo(0.25, 1);
    const exponential = momentsOf(() => stream.exponential(4));
    expect(exponential.mean / 4).toBeCloseTo(1, 1);
    expect(exponential.variance / 16).toBeCloseTo(1, 1);
  });

  it.each([0, 0.01, 0.5, 3, 16, 16.5, 200])('poisson of mean %d has mean and variance equal', (mean) => {
    const stream = randomStream(8, `poisson ${mean}`);
    const moments = momentsOf(() => stream.poisson(mean));
    const tolerance = 5 * Math.sqrt((mean + 2 * mean * mean) / DRAWS);
    expect(Math.abs(moments.mean - mean)).toBeLessThanOrEqual(tolerance);
    expect(Math.abs(moments.variance - mean)).toBeLessThanOrEqual(tolerance * 2);
  });

  it('refuses seeds and means that are none', () => {
    expect(() => randomStream(-1, 'x')).toThrow(/seed/);
    expect(() => randomStream(1.5, 'x')).toThrow(/seed/);
    expect(() => randomStream(1, '')).toThrow(/name/);
    expect(() => randomStream(1, 'x').poisson(NaN)).toThrow(/mean/);
  });
});
