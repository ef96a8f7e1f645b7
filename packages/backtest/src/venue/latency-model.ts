import type { RecordedRequest } from '@arb/core';
import { ArbError, exp, normalCdf, type RandomStream } from '@arb/core/internal';

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
  readonly #medianMicros: number;
  readonly #sigma: number;
  readonly #bursts: Bursts;

  /** @throws ArbError `ARB_BAD_LATENCY` */
  constructor(options: { readonly medianMicros: number; readonly sigma: number; readonly persistence?: number }, random: RandomStream) {
    const persistence = options.persistence ?? 0;
    if (!(options.medianMicros >= 0) || !(options.sigma >= 0) || !(persistence >= 0 && persistence < 1)) {
      throw new ArbError('ARB_BAD_LATENCY', `latency ${JSON.stringify(options)}; give a median and sigma from 0 and a persistence from 0 to below 1`, {});
    }
    this.#medianMicros = options.medianMicros;
    this.#sigma = options.sigma;
    this.#bursts = new Bursts(persistence, random);
  }

  sample(): number { return Math.round(this.#medianMicros * exp(this.#sigma * this.#bursts.next())); }
}

/** Measured values drawn anew, each as likely as any other; seeded, with bursts: the ranks of successive ones correlate. */
export class MeasuredLatency implements LatencyModel {
  readonly #sorted: Float64Array;
  readonly #bursts: Bursts;

  /** @throws ArbError `ARB_BAD_LATENCY` */
  constructor(options: { readonly samplesMicros: readonly number[]; readonly persistence?: number }, random: RandomStream) {
    const { samplesMicros, persistence = 0 } = options;
    if (samplesMicros.length === 0 || !samplesMicros.every((value) => value >= 0 && Number.isFinite(value)) || !(persistence >= 0 && persistence < 1)) {
      throw new ArbError('ARB_BAD_LATENCY', `measured latency of ${samplesMicros.length} values with persistence ${persistence}; give at least one value from 0 and a persistence from 0 to below 1`, {});
    }
    this.#sorted = Float64Array.from(samplesMicros).sort();
    this.#bursts = new Bursts(persistence, random);
  }

  sample(): number {
    const { length } = this.#sorted;
    return Math.round(this.#sorted[Math.min(length - 1, Math.floor(normalCdf(this.#bursts.next()) * length))]!);
  }
}

/** Standard normals of which each remembers the one before: a first-order autoregression. */
class Bursts {
  readonly #random: RandomStream;
  readonly #persistence: number;
  readonly #shock: number;
  #state: number;

  constructor(persistence: number, random: RandomStream) {
    this.#random = random;
    this.#persistence = persistence;
    this.#shock = Math.sqrt(1 - persistence * persistence);
    this.#state = random.normal();
  }

  next(): number {
    const state = this.#state;
    this.#state = this.#persistence * state + this.#shock * this.#random.normal();
    return state;
  }
}

/**
 * Latency interpolated from recorded requests. Negative: the request was lost and the sender learns of it after that many µs, 1 at least.
 */
export class RecordedEntryLatency implements LatencyModel {
  readonly #cursor: Cursor;
  readonly #offset: number;

  /** @param offsetMicros added to each leg, for a trader further away than the recorder; below zero for one nearer by, to whom nothing comes before it is sent */
  constructor(rows: readonly RecordedRequest[], offsetMicros = 0) {
    if (rows.length === 0) throw new ArbError('ARB_BAD_LATENCY', 'recorded latency has no rows', {});
    this.#cursor = new Cursor(rows, ({ sentAt }) => sentAt);
    this.#offset = offsetMicros;
  }

  sample(at: number): number {
    const [a, b] = this.#cursor.around(at);
    if (a.exchangeAt === 0 || b.exchangeAt === 0) return -Math.max(1, interpolate(at, a.sentAt, a.answeredAt - a.sentAt, b.sentAt, b.answeredAt - b.sentAt) + 2 * this.#offset);
    return Math.max(0, interpolate(at, a.sentAt, a.exchangeAt - a.sentAt, b.sentAt, b.exchangeAt - b.sentAt) + this.#offset);
  }
}

/** The way back of recorded requests, interpolated by the venue's time; with an offset the recorded requests reach the venue that much later. */
export class RecordedResponseLatency implements LatencyModel {
  readonly #cursor: Cursor;
  readonly #offset: number;

  constructor(rows: readonly RecordedRequest[], offsetMicros = 0) {
    const answered = rows.filter(({ exchangeAt }) => exchangeAt !== 0);
    if (answered.length === 0) throw new ArbError('ARB_BAD_LATENCY', 'recorded latency has no answered rows', {});
    this.#cursor = new Cursor(answered, ({ exchangeAt }) => exchangeAt);
    this.#offset = offsetMicros;
  }

  sample(at: number): number {
    const recorded = at - this.#offset;
    const [a, b] = this.#cursor.around(recorded);
    return Math.max(0, interpolate(recorded, a.exchangeAt, a.answeredAt - a.exchangeAt, b.exchangeAt, b.answeredAt - b.exchangeAt) + this.#offset);
  }
}

/** A place in recorded requests that follows the time asked for, so that asking on and on costs no search. */
class Cursor {
  readonly #rows: readonly RecordedRequest[];
  readonly #stamp: (row: RecordedRequest) => number;
  #at = 0;

  constructor(rows: readonly RecordedRequest[], stamp: (row: RecordedRequest) => number) {
    this.#rows = rows;
    this.#stamp = stamp;
  }

  /** The requests before and after a time; before the first and after the last the same one twice. */
  around(time: number): readonly [RecordedRequest, RecordedRequest] {
    const rows = this.#rows;
    while (this.#at > 0 && this.#stamp(rows[this.#at]!) > time) this.#at--;
    while (this.#at < rows.length - 1 && this.#stamp(rows[this.#at + 1]!) <= time) this.#at++;
    const before = rows[this.#at]!;
    return this.#stamp(before) > time ? [before, before] : [before, rows[this.#at + 1] ?? before];
  }
}

/** Linear between two points, the increment truncated towards zero. */
function interpolate(x: number, ...[x1, y1, x2, y2]: [number, number, number, number]): number {
  if (x2 === x1) return y1;
  return y1 + Math.trunc((y2 - y1) * (x - x1) / (x2 - x1));
}
