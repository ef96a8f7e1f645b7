import { expect, it } from 'vitest';
import { counted, formatCount } from '../src/counted.ts';

it('counts one thing, several things and very many', () => {
  expect([0, 1, 2, 1_234_567].map((count) => counted(count, 'row'))).toEqual(['0 rows', '1 row', '2 rows', '1,234,567 rows']);
  expect([1, 2].map((count) => counted(count, 'hole is', 'holes are'))).toEqual(['1 hole is', '2 holes are']);
  expect(formatCount(1_000)).toBe('1,000');
});
