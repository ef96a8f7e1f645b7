import { counted } from '../../counted.ts';
import { AGGRESSOR, type TradeChunk } from '../chunks.ts';
import { type Finding, type StreamCheck, Tally } from './finding.ts';

/** Trades from which one side alone is suspicious: a real stream of 200 has both with certainty. */
const MIN_TRADES_FOR_SIDE = 200;
/** Ids remembered to find repeats. */
const MAX_REMEMBERED_IDS = 200_000;
/** Ids that count up can be checked for holes; those of Hyperliquid and others are hashes. */
const COUNTING_ID = /^\d{1,15}$/;

/** Looks at trades: one side only, repeated ids, holes in ids that count up. */
export class TradeCheck implements StreamCheck<TradeChunk> {
  readonly #id: string;
  readonly #sides = [0, 0, 0];
  readonly #repeated = new Tally();
  readonly #missing = new Tally();
  readonly #seen = new Set<string>();
  #rows = 0;
  #steps = 0;
  #lastNumber: number | undefined;
  #isCounting = true;

  constructor(instrumentId: string) { this.#id = instrumentId; }

  chunk(chunk: TradeChunk): void {
    for (let row = 0; row < chunk.rows; row++) {
      this.#rows++;
      this.#sides[chunk.side[row]!]!++;
      const id = chunk.id?.[row] ?? '';
      if (id !== '') this.#checkId(id, chunk.tsInit[row]!);
    }
  }

  finish(): readonly Finding[] {
    const base = { instrumentId: this.#id, kind: 'trade' as const };
    const findings: Finding[] = [];
    const only = [AGGRESSOR.buy, AGGRESSOR.sell].find((side) => this.#sides[side] === this.#rows);
    if (only !== undefined && this.#rows >= MIN_TRADES_FOR_SIDE) {
      findings.push({ ...base, severity: 'error', code: 'CONSTANT_SIDE', count: this.#rows, firstAt: undefined, message: `all ${counted(this.#rows, 'trade')} have a taker who ${only === AGGRESSOR.buy ? 'buys' : 'sells'}: the side was not recorded; mark it as unknown` });
    }
    if (this.#repeated.count > 0) {
      findings.push({ ...base, severity: 'error', code: 'REPEATED_ID', count: this.#repeated.count, firstAt: this.#repeated.firstAt, message: `${counted(this.#repeated.count, 'trade repeats', 'trades repeat')} an id: a reconnect replayed ${this.#repeated.count === 1 ? 'it' : 'them'}; drop the repeats` });
    }
    // Ids of a stream that counts up rise by 1 nearly always; where they do not, holes mean nothing.
    if (this.#isCounting && this.#missing.count > 0 && this.#missing.count < this.#steps) {
      findings.push({ ...base, severity: 'warning', code: 'MISSING_ID', count: this.#missing.count, firstAt: this.#missing.firstAt, message: `${counted(this.#missing.count, 'trade id is', 'trade ids are')} missing in a stream that counts up: trades were lost` });
    }
    return findings;
  }

  #checkId(id: string, time: number): void {
    if (this.#seen.has(id)) this.#repeated.add(time);
    if (this.#seen.size >= MAX_REMEMBERED_IDS) this.#seen.clear();
    this.#seen.add(id);
    if (!this.#isCounting || !COUNTING_ID.test(id)) { this.#isCounting = false; return; }
    const number = Number(id);
    if (this.#lastNumber !== undefined) {
      if (number < this.#lastNumber) this.#isCounting = false;
      else if (number > this.#lastNumber + 1) this.#missing.add(time, number - this.#lastNumber - 1);
      this.#steps++;
    }
    this.#lastNumber = number;
  }
}
