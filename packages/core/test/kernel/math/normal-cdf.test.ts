import { describe, expect, it } from 'vitest';
import { normalCdf } from '../../../src/kernel/math/normal-cdf.ts';

describe('normal distribution', () => {
  it.each([[-4, 0.0000316712], [-1.959963985, 0.025], [-1, 0.1586552539], [0, 0.5], [0.6744897502, 0.75], [2.326347874, 0.99], [6, 0.9999999990]])('at %d it is %d', (z, expected) => {
    expect(Math.abs(normalCdf(z) - expected)).toBeLessThan(1e-7);
  });

  it('rises and is odd about its middle', () => {
    for (let z = -6; z < 6; z += 0.01) {
      expect(normalCdf(z + 0.01)).toBeGreaterThanOrEqual(normalCdf(z));
      expect(normalCdf(z) + normalCdf(-z)).toBeCloseTo(1, 12);
    }
  });
});
