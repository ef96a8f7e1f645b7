import { ArbError, log } from '@arb/core/internal';

/** How a resting order's place in its level's queue is guessed from what the feed shows. */
export type QueueModelName = 'risk-averse' | 'log' | 'log-2' | 'power' | 'power-2' | 'power-3';

const RISK_AVERSE = 0;
const LOG = 1;
const LOG_2 = 2;
const POWER = 3;
const POWER_2 = 4;
const POWER_3 = 5;
const CODES: Readonly<Record<QueueModelName, number>> = { 'risk-averse': RISK_AVERSE, log: LOG, 'log-2': LOG_2, power: POWER, 'power-2': POWER_2, 'power-3': POWER_3 };

/** What a queue model moves: quantity ahead of an order, and trades since the level was last shown. */
export interface QueuePlace {
  front: number;
  traded: number;
}

/**
 * Queue position on price levels. Risk-averse counts only trades and a level smaller than our place; the probability models say how much of a shrinking level
 * was behind us, from quantities ahead (f) and behind (b): log `f(b)/(f(b)+f(f))` and log-2 `f(b)/f(b+f)` with f = ln(1+x), power `bⁿ/(bⁿ+fⁿ)`,
 * power-2 `bⁿ/(b+f)ⁿ`, power-3 `1−(f/(f+b))ⁿ`.
 */
export class QueueModel {
  readonly #code: number;
  readonly #exponent: number;

  constructor(name: QueueModelName, exponent = 3) {
    this.#code = CODES[name];
    this.#exponent = exponent;
    if (!Number.isInteger(exponent) || exponent < 1) throw new ArbError('ARB_BAD_QUEUE_MODEL', `queue exponent ${exponent}; give a whole number from 1`, { exponent });
  }

  /** The level now shows `after` lots where it showed `before`. */
  levelChanged(place: QueuePlace, before: number, after: number): void {
    if (this.#code === RISK_AVERSE) {
      if (after < place.front) place.front = after;
      return;
    }
    const shrunk = before - after - place.traded;              // what the trades already explained is not counted again
    place.traded = 0;
    if (shrunk < 0) {
      if (after < place.front) place.front = after;
      return;
    }
    const front = place.front;
    const back = before - front;
    const p = this.probabilityBehind(front, back);
    const overdrawn = back - p * shrunk;
    const estimate = front - (1 - p) * shrunk + (overdrawn < 0 ? overdrawn : 0);
    if (estimate > after) place.front = after;
    else place.front = estimate < 0 && front >= 0 ? 0 : estimate;      // cancels take no more than what is ahead; a fraction of a lot that trades left over stays
  }

  /** Probability that a cancel was behind us, given quantities ahead and behind; 1 where nothing is known. */
  probabilityBehind(front: number, back: number): number {
    const p = this.#rawProbability(front, back);
    return p > -Infinity && p < Infinity ? p : 1;
  }

  #rawProbability(front: number, back: number): number {
    const n = this.#exponent;
    switch (this.#code) {
      case LOG: return log(1 + back) / (log(1 + back) + log(1 + front));
      case LOG_2: return log(1 + back) / log(1 + back + front);
      case POWER: return power(back, n) / (power(back, n) + power(front, n));
      case POWER_2: return power(back, n) / power(back + front, n);
      case POWER_3: return 1 - power(front / (front + back), n);
      default: return 1;
    }
  }
}

/** Whole powers by multiplication: `**` differs between engines. */
function power(base: number, exponent: number): number {
  let result = base;
  for (let i = 1; i < exponent; i++) result *= base;
  return result;
}
