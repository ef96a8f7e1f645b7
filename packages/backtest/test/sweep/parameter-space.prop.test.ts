import { Decimal } from '@arb/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawPoints, gridOf, MAX_RUNS, parseAxes, paramsOf } from '../../src/sweep/parameter-space.ts';

const name = fc.stringMatching(/^[a-z][A-Za-z0-9.]{0,8}$/);
const value = fc.stringMatching(/^[A-Za-z0-9_.+-]{1,6}$/).filter((text) => !text.includes('..'));
const axes = fc.uniqueArray(fc.tuple(name, fc.uniqueArray(value, { minLength: 1, maxLength: 5 })), { selector: ([own]) => own, minLength: 1, maxLength: 4 });
const written = (all: readonly (readonly [string, readonly string[]])[]): string[] => all.map(([own, values]) => `${own}=${values.join(',')}`);

describe('the space of parameters', () => {
  it('a grid is every combination once, the last parameter changing fastest, and each point is a list of --param again', () => {
    fc.assert(fc.property(axes, (all) => {
      const points = gridOf(parseAxes(written(all)));
      expect(points).toHaveLength(all.reduce((product, [, values]) => product * values.length, 1));
      expect(new Set(points.map((point) => JSON.stringify(point))).size).toBe(points.length);
      expect(points.every((point) => all.every(([own, values]) => values.includes(point[own]!)))).toBe(true);
      const places = points.map((point) => all.reduce((place, [own, values]) => place * values.length + values.indexOf(point[own]!), 0));
      expect(places).toEqual(points.map((_, i) => i));
      expect(paramsOf(points.at(-1)!)).toEqual(all.map(([own, values]) => `${own}=${values.at(-1)!}`));
    }));
  });

  it('draws are different points of the space, the same for the same seed, and the whole grid where that is no more', () => {
    fc.assert(fc.property(axes, fc.integer({ min: 1, max: 40 }), fc.nat(1_000), (all, count, seed) => {
      const parsed = parseAxes(written(all));
      const grid = gridOf(parsed).map((point) => JSON.stringify(point));
      const drawn = drawPoints(parsed, count, seed).map((point) => JSON.stringify(point));
      expect(drawn).toHaveLength(Math.min(count, grid.length));
      expect(new Set(drawn).size).toBe(drawn.length);
      expect(drawn.every((point) => grid.includes(point))).toBe(true);
      expect(drawPoints(parsed, count, seed).map((point) => JSON.stringify(point))).toEqual(drawn);
      if (count >= grid.length) expect(drawn).toEqual(grid);
    }));
  });

  it('a range with a step has both ends and exact decimals between them', () => {
    fc.assert(fc.property(fc.integer({ min: -1_000, max: 1_000 }), fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 60 }), (start, step, steps) => {
      const text = (hundredths: number): string => new Decimal(hundredths).div(100).toFixed();
      const [axis] = parseAxes([`x=${text(start)}..${text(start + step * steps)}:${text(step)}`]);
      expect(axis!.values).toEqual(Array.from({ length: steps + 1 }, (_, i) => text(start + step * i)));
    }));
  });

  it('draws of a range without a step lie within it', () => {
    const points = drawPoints(parseAxes(['x=-1.5..2', 'y=1,2']), 200, 7);
    expect(points).toHaveLength(200);
    expect(points.every((point) => Number(point['x']) >= -1.5 && Number(point['x']) <= 2 && ['1', '2'].includes(point['y']!))).toBe(true);
    expect(drawPoints(parseAxes(['x=-1.5..2', 'y=1,2']), 200, 8)).not.toEqual(points);
  });

  it('commas within brackets and quotes divide nothing: a value may be a JSON list', () => {
    expect(parseAxes(['ids=["A","B"],["C, D"]', 'words="a,b",c'])).toEqual([{ name: 'ids', values: ['["A","B"]', '["C, D"]'] }, { name: 'words', values: ['"a,b"', 'c'] }]);
  });

  it.each([
    [['enterAprPct'], 'write name=value,value'], [['=2'], 'write name=value,value'], [['a=2,,3'], 'a value of the list is empty'], [['a=2,3,2'], '--param a has 2 twice'], [['a=1,2', 'a=3'], '--param a is given twice; write all its values in one list'],
    [['a=5..1:1'], 'write the smaller end first'], [['a=1..5:0'], 'a step of 0 never arrives'], [['a=0..1:0.00001'], 'has 100001 values, more than 10000'],
  ])('%j is wrong use', (params, message) => { expect(() => parseAxes(params)).toThrow(message); });

  it('a range without a step needs --random, and a sweep has a limit', () => {
    expect(() => gridOf(parseAxes(['a=0..10']))).toThrow('write from..to:step, or draw from it with --random <runs>');
    expect(() => gridOf(parseAxes(['a=1..200:1', 'b=1..200:1']))).toThrow(`the grid has 40000 combinations, more than ${MAX_RUNS}`);
    expect(() => drawPoints(parseAxes(['a=0..10']), MAX_RUNS + 1, 1)).toThrow('a sweep has at most');
    expect(drawPoints(parseAxes(['a=1..200:1', 'b=1..200:1']), 10, 1)).toHaveLength(10);
  });
});
