import { ArbError, exp, type RandomStream } from '@arb/core/internal';

/** One-way latency in microseconds at a moment. */
export interface LatencyModel {
  /** @param at when the message is sent, µs */
  sample(at: number): number;
}

/** The same for every message. */
export class ConstantLatency implements LatencyModel {
  readonly #micros: number;
  constructor(micros: number) { this.#micros = micros; }
  sample(): number { return this.#micros; }
}

/** Lognormal with a median; seeded, with bursts: successive logs correlate by `persistence`. */
export class LognormalLatency implements LatencyModel {
  readonly #random: RandomStream;
  readonly #medianMicros: number;
  readonly #sigma: number;
  readonly #persistence: number;
  readonly #shock: number;
  #state: number;

  /** @throws ArbError `ARB_BAD_LATENCY` */
  constructor(options: { readonly medianMicros: number; readonly sigma: number; readonly persistence?: number }, random: RandomStream) {
    const persistence = options.persistence ?? 0;
    if (!(options.medianMicros >= 0) || !(options.sigma >= 0) || !(persistence >= 0 && persistence < 1)) {
      throw new ArbError('ARB_BAD_LATENCY', `latency ${JSON.stringify(options)}; give a median and sigma from 0 and a persistence from 0 to below 1`, {});
    }
    this.#random = random;
    this.#medianMicros = options.medianMicros;
    this.#sigma = options.sigma;
    this.#persistence = persistence;
    this.#shock = Math.sqrt(1 - persistence * persistence);
    this.#state = random.normal();
  }

  sample(): number {
    const value = Math.round(this.#medianMicros * exp(this.#sigma * this.#state));
    this.#state = this.#persistence * this.#state + this.#shock * this.#random.normal();
    return value;
  }
}

/** One recorded request: sent, seen by the venue, answered; all in µs. `exchangeAt` 0 means it never arrived. */
export interface LatencyRow { readonly sentAt: number; readonly exchangeAt: number; readonly answeredAt: number }

/**
 * Latency interpolated from recorded requests. Negative: the request was lost and the sender learns of it after that many µs.
 */
export class RecordedEntryLatency implements LatencyModel {
  readonly #rows: readonly LatencyRow[];
  readonly #offset: number;
  #at = 0;

  /** @param offsetMicros added to each leg, for a trader further away than the recorder */
  constructor(rows: readonly LatencyRow[], offsetMicros = 0) {
    if (rows.length === 0) throw new ArbError('ARB_BAD_LATENCY', 'recorded latency has no rows', {});
    this.#rows = rows;
    this.#offset = offsetMicros;
  }

  sample(at: number): number {
    const [a, b] = this.#around(at, (row) => row.sentAt);
    if (a.exchangeAt === 0 || b.exchangeAt === 0) return -interpolate(at, a.sentAt, a.answeredAt - a.sentAt, b.sentAt, b.answeredAt - b.sentAt) - 2 * this.#offset;
    return interpolate(at, a.sentAt, a.exchangeAt - a.sentAt, b.sentAt, b.exchangeAt - b.sentAt) + this.#offset;
  }

  #around(at: number, stamp: (row: LatencyRow) => number): readonly [LatencyRow, LatencyRow] {
    const rows = this.#rows;
    while (this.#at > 0 && stamp(rows[this.#at]!) > at) this.#at--;
    while (this.#at < rows.length - 1 && stamp(rows[this.#at + 1]!) <= at) this.#at++;
    const a = rows[this.#at]!;
    return stamp(a) > at ? [a, a] : [a, rows[this.#at + 1] ?? a];
  }
}

/** The way back of recorded requests, interpolated by the venue's time; with an offset the recorded requests reach the venue that much later. */
export class RecordedResponseLatency implements LatencyModel {
  readonly #rows: readonly LatencyRow[];
  readonly #offset: number;

  constructor(rows: readonly LatencyRow[], offsetMicros = 0) {
    this.#rows = rows.filter(({ exchangeAt }) => exchangeAt !== 0);
    this.#offset = offsetMicros;
    if (this.#rows.length === 0) throw new ArbError('ARB_BAD_LATENCY', 'recorded latency has no answered rows', {});
  }

  sample(at: number): number {
    const rows = this.#rows;
    const recorded = at - this.#offset;
    const i = rows.findLastIndex((row) => row.exchangeAt <= recorded);
    const a = rows[Math.max(0, i)]!;
    const b = i < 0 ? a : rows[i + 1] ?? a;
    return interpolate(recorded, a.exchangeAt, a.answeredAt - a.exchangeAt, b.exchangeAt, b.answeredAt - b.exchangeAt) + this.#offset;
  }
}

/** Linear between two points, the increment truncated towards zero. */
function interpolate(x: number, ...[x1, y1, x2, y2]: [number, number, number, number]): number {
  if (x2 === x1) return y1;
  return y1 + Math.trunc((y2 - y1) * (x - x1) / (x2 - x1));
}
