import { counted, formatCount } from '../../counted.ts';
import type { QuoteChunk } from '../chunks.ts';
import { type Finding, type StreamCheck, Tally } from './finding.ts';

/** Share of quotes with the stamp and content of the one before from which a stream counts as duplicated. */
const MAX_REPEATED_SHARE = 0.01;

/** Looks at best prices: crossed, locked, repeated. */
export class QuoteCheck implements StreamCheck<QuoteChunk> {
  readonly #id: string;
  readonly #crossed = new Tally();
  readonly #locked = new Tally();
  readonly #repeated = new Tally();
  #rows = 0;
  #last = '';

  constructor(instrumentId: string) { this.#id = instrumentId; }

  chunk(chunk: QuoteChunk): void {
    for (let row = 0; row < chunk.rows; row++) {
      this.#rows++;
      const time = chunk.tsInit[row]!;
      const [bid, ask] = [chunk.bidTick[row]!, chunk.askTick[row]!];
      if (chunk.bidLots[row]! > 0 && chunk.askLots[row]! > 0) {
        if (bid > ask) this.#crossed.add(time);
        else if (bid === ask) this.#locked.add(time);
      }
      const key = `${chunk.tsEvent[row]} ${bid} ${chunk.bidLots[row]} ${ask} ${chunk.askLots[row]}`;
      if (key === this.#last) this.#repeated.add(time);
      this.#last = key;
    }
  }

  finish(): readonly Finding[] {
    const base = { instrumentId: this.#id, kind: 'quote' as const };
    const findings: Finding[] = [];
    const add = (tally: Tally, severity: Finding['severity'], code: Finding['code'], [one, many]: readonly [one: string, many: string]): void => {
      findings.push({ ...base, severity, code, count: tally.count, firstAt: tally.firstAt, message: `${formatCount(tally.count)} of ${counted(this.#rows, 'quote')} (${(100 * tally.count / this.#rows).toFixed(1)} %) ${tally.count === 1 ? one : many}` });
    };
    if (this.#crossed.count > 0) add(this.#crossed, 'error', 'CROSSED', ['has a bid above the ask', 'have a bid above the ask']);
    if (this.#locked.count > 0) add(this.#locked, 'warning', 'LOCKED', ['has bid and ask equal', 'have bid and ask equal']);
    if (this.#repeated.count > this.#rows * MAX_REPEATED_SHARE) add(this.#repeated, 'warning', 'DUPLICATE', ['repeats the one before, stamp and all', 'repeat the one before, stamp and all']);
    return findings;
  }
}
