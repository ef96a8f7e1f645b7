import { MICROS_PER_HOUR } from '@arb/core';
import { counted } from '../../counted.ts';
import type { BarChunk } from '../chunks.ts';
import { type Finding, type StreamCheck, Tally } from './finding.ts';

/** Looks at bars: high and low that do not enclose open and close, closes off the grid of the interval, missing bars. */
export class BarCheck implements StreamCheck<BarChunk> {
  readonly #id: string;
  readonly #range = new Tally();
  readonly #offGrid = new Tally();
  readonly #missing = new Tally();
  readonly #lastClose = new Map<string, number>();

  constructor(instrumentId: string) { this.#id = instrumentId; }

  chunk(chunk: BarChunk): void {
    for (let row = 0; row < chunk.rows; row++) {
      const time = chunk.tsEvent[row]!;
      const interval = chunk.intervalUs[row]!;
      const [open, high, low, close] = [chunk.open[row]!, chunk.high[row]!, chunk.low[row]!, chunk.close[row]!];
      if (low > Math.min(open, close) || high < Math.max(open, close)) this.#range.add(time);
      if (time % Math.min(interval, MICROS_PER_HOUR) !== 0) this.#offGrid.add(time);
      const key = `${chunk.priceKind[row]} ${interval}`;
      const last = this.#lastClose.get(key);
      if (last !== undefined && time > last + interval) this.#missing.add(last, Math.round((time - last) / interval) - 1);
      this.#lastClose.set(key, time);
    }
  }

  finish(): readonly Finding[] {
    const base = { instrumentId: this.#id, kind: 'bar' as const };
    const findings: Finding[] = [];
    const add = (tally: Tally, severity: Finding['severity'], code: Finding['code'], [one, many]: readonly [one: string, many: string]): void => {
      if (tally.count > 0) findings.push({ ...base, severity, code, count: tally.count, firstAt: tally.firstAt, message: counted(tally.count, `bar ${one}`, `bars ${many}`) });
    };
    add(this.#range, 'error', 'BAR_RANGE', ['has open or close outside high and low', 'have open or close outside high and low']);
    add(this.#offGrid, 'warning', 'OFF_HOUR', ['does not end on a whole hour or interval: its time is shifted', 'do not end on a whole hour or interval: the times are shifted']);
    add(this.#missing, 'warning', 'BAR_MISSING', ['is missing between the first and the last', 'are missing between the first and the last']);
    return findings;
  }
}
