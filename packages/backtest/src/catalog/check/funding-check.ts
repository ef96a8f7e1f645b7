import { formatTime, MICROS_PER_HOUR, POW10_NUMBER } from '@arb/core';
import { counted } from '../../counted.ts';
import { type FundingChunk, FUNDING_STATUS } from '../chunks.ts';
import { type Finding, type StreamCheck, Tally } from './finding.ts';

/** Stamps further than this from their settlement are reported, µs. */
const MAX_JITTER_US = 1_000_000;
/** Coverage below this is a warning. */
const MIN_COVERAGE = 0.999;
/** Largest believable rate for one interval: the caps of venues reach 4 % (Hyperliquid). A rate above is an annual figure or in percent. */
const MAX_RATE = 0.04;
/** Interval changes listed one by one. */
const MAX_LISTED_CHANGES = 5;

/** Funding of a stream in figures. */
export interface FundingFigures {
  readonly settlements: number;
  /** Share of the time between first and last settlement that has a rate. */
  readonly coverage: number;
  readonly intervalHours: readonly number[];
}

/** Looks at settled funding: changing intervals, missing settlements, jittered stamps, rates of a wrong unit, settlements off the whole hour. */
export class FundingCheck implements StreamCheck<FundingChunk> {
  readonly #id: string;
  readonly #jitter = new Tally();
  readonly #large = new Tally();
  readonly #offHour = new Tally();
  readonly #repeated = new Tally();
  readonly #holes = new Tally();
  readonly #intervals = new Map<number, number>();
  readonly #changes: string[] = [];
  #changeCount = 0;
  #firstChange: number | undefined;
  #settlements = 0;
  #first = 0;
  #last = 0;
  #lastInterval = 0;
  #coveredUs = 0;
  #maxJitterUs = 0;

  constructor(instrumentId: string) { this.#id = instrumentId; }

  chunk(chunk: FundingChunk): void {
    const unit = POW10_NUMBER[chunk.rateScale]!;
    for (let row = 0; row < chunk.rows; row++) {
      if (chunk.status[row] !== FUNDING_STATUS.settled) continue;
      const settlesAt = chunk.settlesAt[row]!;
      const interval = chunk.intervalUs[row]!;
      const jitter = Math.abs(chunk.tsEvent[row]! - settlesAt);
      if (jitter > MAX_JITTER_US) { this.#jitter.add(settlesAt); this.#maxJitterUs = Math.max(this.#maxJitterUs, jitter); }
      if (Math.abs(chunk.rate[row]! / unit) > MAX_RATE) this.#large.add(settlesAt);
      if (settlesAt % MICROS_PER_HOUR !== 0) this.#offHour.add(settlesAt);
      this.#step(settlesAt, interval);
    }
  }

  get figures(): FundingFigures {
    const span = this.#last - this.#first;
    return { settlements: this.#settlements, coverage: span === 0 ? 1 : Math.min(1, this.#coveredUs / span), intervalHours: [...this.#intervals.keys()].sort((a, b) => a - b).map((us) => us / MICROS_PER_HOUR) };
  }

  finish(): readonly Finding[] {
    const base = { instrumentId: this.#id, kind: 'funding' as const };
    const findings: Finding[] = [];
    const add = (tally: { readonly count: number; readonly firstAt: number | undefined }, severity: Finding['severity'], code: Finding['code'], [one, many]: readonly [one: string, many: string]): void => {
      if (tally.count > 0) findings.push({ ...base, severity, code, count: tally.count, firstAt: tally.firstAt, message: counted(tally.count, one, many) });
    };
    const { coverage } = this.figures;
    const held = `${(100 * coverage).toFixed(1)} % of the time from ${formatTime(this.#first)} to ${formatTime(this.#last)} has a rate: page limits of the downloader, or outages`;
    const changes = `of the funding interval (${this.#changes.join(', ')}): use the interval of each row, never a constant`;
    const jitter = `by up to ${this.#maxJitterUs / 1_000_000} s: match by settles_at`;
    const large = `${100 * MAX_RATE} % for one interval: percent, or an annual figure`;
    const offHour = 'off the whole hour: local time taken for UTC, or a venue of its own kind';
    if (coverage < MIN_COVERAGE) add(this.#holes, 'warning', 'COVERAGE', [`hole; ${held}`, `holes; ${held}`]);
    add({ count: this.#changeCount, firstAt: this.#firstChange }, 'info', 'INTERVAL_CHANGE', [`change ${changes}`, `changes ${changes}`]);
    add(this.#jitter, 'info', 'STAMP_JITTER', [`settlement is stamped more than ${MAX_JITTER_US / 1_000_000} s from its time, ${jitter}`, `settlements are stamped more than ${MAX_JITTER_US / 1_000_000} s from their time, ${jitter}`]);
    add(this.#large, 'error', 'RATE_SIZE', [`rate exceeds ${large}`, `rates exceed ${large}`]);
    add(this.#offHour, 'warning', 'OFF_HOUR', [`settlement is ${offHour}`, `settlements are ${offHour}`]);
    add(this.#repeated, 'error', 'DUPLICATE', ['settlement comes twice', 'settlements come twice']);
    return findings;
  }

  #step(settlesAt: number, interval: number): void {
    this.#settlements++;
    this.#intervals.set(interval, (this.#intervals.get(interval) ?? 0) + 1);
    if (this.#settlements === 1) this.#first = settlesAt;
    else this.#compare(settlesAt, interval);
    this.#last = settlesAt;
    this.#lastInterval = interval;
  }

  #compare(settlesAt: number, interval: number): void {
    const step = settlesAt - this.#last;
    if (step <= 0) { this.#repeated.add(settlesAt); return; }
    this.#coveredUs += Math.min(step, interval);
    if (step > Math.max(interval, this.#lastInterval)) this.#holes.add(this.#last);
    if (interval === this.#lastInterval) return;
    this.#changeCount++;
    this.#firstChange ??= settlesAt;
    if (this.#changes.length < MAX_LISTED_CHANGES) this.#changes.push(`${this.#lastInterval / MICROS_PER_HOUR} h to ${interval / MICROS_PER_HOUR} h at ${formatTime(settlesAt)}`);
  }
}
