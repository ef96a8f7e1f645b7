import { expect, it } from 'vitest';
import { replaySpeed } from '../../src/cli/replay-speed.ts';

it('a slow or a short replay says thousands, or no speed at all, never 0.0 M rows/s', () => {
  expect([13_800_000, 100_000, 99_999, 32_400, 499, 0, NaN].map(replaySpeed)).toEqual(['13.8 M rows/s', '0.1 M rows/s', '100 k rows/s', '32 k rows/s', undefined, undefined, undefined]);
});
