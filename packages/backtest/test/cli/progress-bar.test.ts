import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { ProgressBar, timeLeft } from '../../src/cli/progress-bar.ts';

/** A terminal that remembers what was written to it. */
class Terminal extends Writable {
  readonly isTTY = true;
  readonly columns = 200;
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void { this.text += chunk.toString(); done(); }
}

it('says what is left only where something is', () => {
  expect([[0, 5_000], [0.5, 30_000], [0.25, 60_000], [0.01, 60_000], [0.999_999, 10], [1, 60_000]].map(([fraction, elapsed]) => timeLeft(fraction!, elapsed!))).toEqual(['', '30 s left', '3 min 0 s left', '1 h 39 min left', '1 s left', '']);
});

it('a bar on a terminal ends without a time left, and a further stage counts from its own beginning', async () => {
  const stream = new Terminal();
  const bar = new ProgressBar({ afterMs: 0, stream });
  bar.update('generating', 0.2);
  await new Promise((done) => { setTimeout(done, 120); });
  bar.update('generating', 0.5);
  await new Promise((done) => { setTimeout(done, 120); });
  expect(stream.text).toMatch(/generating .* 50 % {6}1 s left/);
  bar.update('replaying', 1, '5 rows');
  const before = stream.text.length;
  bar.end();
  expect(stream.text.slice(before)).toMatch(/replaying .* 100 % {3}5 rows/);
  expect(stream.text.slice(before)).not.toMatch(/left/);
});
