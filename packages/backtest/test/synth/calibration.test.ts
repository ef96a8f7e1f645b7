import { describe, expect, it } from 'vitest';
import { DEMO_RECIPE } from '../../src/synth/recipes/demo.ts';
import { bandTable, compareWithBands, meterOf } from './calibration.ts';

describe('calibration of the demo data set', () => {
  it('REQ-D22 every measure of the generated two weeks lies in its band around recorded markets', () => {
    const results = compareWithBands(meterOf(DEMO_RECIPE));
    console.log(bandTable(results));
    expect(results.filter(({ isInside }) => !isInside).map(({ instrument, measure, value }) => `${instrument} ${measure} ${value}`)).toEqual([]);
    expect(results.length).toBeGreaterThan(50);
  }, 180_000);
});
