import { ArbError } from '../errors.ts';
import { exp, expm1 } from './exp.ts';
import { log } from './log.ts';

/** Everything a {@link RandomStream} is: JSON-friendly, for snapshots. */
export interface RandomState {
  readonly words: readonly [number, number, number, number];
  /** The second normal of the last pair, if not yet handed out. */
  readonly spareNormal: number | undefined;
}

const TWO_POW_32 = 4_294_967_296;
const TWO_POW_MINUS_32 = 1 / TWO_POW_32;
const TWO_POW_MINUS_53 = 1 / 9_007_199_254_740_992;
/** Rounds that spread a seed over the whole state before the first number. */
const WARM_UP_ROUNDS = 16;
/** A Poisson variate of a larger mean is summed from parts of at most this mean. */
const POISSON_PART = 16;
/** Largest mean of {@link RandomStream.poisson}. */
const POISSON_MAX = 1_000_000;

/**
 * A stream of pseudo-random numbers: Doty-Humphrey's "small fast counting" generator (sfc32: 128 bits of state, period at least 2^32 and 2^127 on
 * average) written here in 32-bit integer arithmetic, with distributions on top that use only + − × ÷, √ and this kernel's own `exp` and `log`. So one
 * seed gives the same bits on every engine.
 *
 * **When to use:** whenever chance may reach the journal: latency, queue models, generators, strategies. Take one stream per purpose from
 * {@link randomStream}, so that drawing more in one place moves nothing elsewhere.
 */
export class RandomStream {
  #a: number;
  #b: number;
  #c: number;
  #counter: number;
  #spareNormal: number | undefined;

  /** @param state as {@link RandomStream.save} gave it; use {@link randomStream} to begin from a seed */
  constructor(state: RandomState) {
    [this.#a, this.#b, this.#c, this.#counter] = state.words;
    this.#spareNormal = state.spareNormal;
  }

  /** The state now; a stream made from it continues with the same numbers. */
  save(): RandomState {
    return { words: [this.#a, this.#b, this.#c, this.#counter], spareNormal: this.#spareNormal };
  }

  /** Goes on from a saved state. */
  restore(state: RandomState): void {
    [this.#a, this.#b, this.#c, this.#counter] = state.words;
    this.#spareNormal = state.spareNormal;
  }

  /** A uniform 32-bit integer, 0 to 4,294,967,295. */
  uint32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** Uniform in [0, 1) with 53 random bits. */
  uniform(): number {
    const high = this.uint32() >>> 5;
    return (high * 67_108_864 + (this.uint32() >>> 6)) * TWO_POW_MINUS_53;
  }

  /** Uniform in [0, 1) with 32 random bits: half the work, for choices. */
  coarse(): number {
    return this.uint32() * TWO_POW_MINUS_32;
  }

  /**
   * A uniform integer in [low, high], both included, without bias.
   * @throws ArbError `ARB_BAD_RANDOM` unless both are integers and span at most 2^32 values
   */
  integer(low: number, high: number): number {
    const span = high - low + 1;
    if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || span < 1 || span > TWO_POW_32) {
      throw new ArbError('ARB_BAD_RANDOM', `integer(${low}, ${high}): both must be integers, low <= high, at most 2^32 values`, { low, high });
    }
    const limit = TWO_POW_32 - (TWO_POW_32 % span);
    let word = this.uint32();
    while (word >= limit) word = this.uint32();
    return low + (word % span);
  }

  /** Standard normal, or with the mean and standard deviation given (Marsaglia's polar method). */
  normal(mean = 0, standardDeviation = 1): number {
    const spare = this.#spareNormal;
    if (spare !== undefined) {
      this.#spareNormal = undefined;
      return mean + standardDeviation * spare;
    }
    let x: number;
    let y: number;
    let square: number;
    do {
      x = 2 * this.uniform() - 1;
      y = 2 * this.uniform() - 1;
      square = x * x + y * y;
    } while (square >= 1 || square === 0);
    const factor = Math.sqrt(-2 * log(square) / square);
    this.#spareNormal = y * factor;
    return mean + standardDeviation * (x * factor);
  }

  /** Lognormal: e to a normal of mean `mu` and standard deviation `sigma`; its median is e^mu. */
  lognormal(mu: number, sigma: number): number {
    return exp(this.normal(mu, sigma));
  }

  /** Exponential with the mean given. */
  exponential(mean: number): number {
    return -mean * log(1 - this.uniform());
  }

  /**
   * Poisson: how often an event of this mean count happens; exact, in time proportional to the mean.
   * @throws ArbError `ARB_BAD_RANDOM` unless 0 <= mean <= 1,000,000
   */
  poisson(mean: number): number {
    if (!(mean >= 0 && mean <= POISSON_MAX)) throw new ArbError('ARB_BAD_RANDOM', `poisson(${mean}): the mean must be from 0 to ${POISSON_MAX}`, { mean });
    let count = 0;
    let left = mean;
    for (; left > POISSON_PART; left -= POISSON_PART) count += this.#poissonPart(POISSON_PART);
    return left > 0 ? count + this.#poissonPart(left) : count;
  }

  #poissonPart(mean: number): number {
    // 1 - e^-mean decides first, so that rare events cost one uniform and no loop.
    const draw = 1 - this.uniform();
    if (draw > -expm1(-mean)) return 0;
    let count = 1;
    let term = exp(-mean) * mean;
    let cumulative = term;
    // Walking the distribution above 0; term reaches 0 long before the bound.
    while (draw > cumulative && term > 0) {
      count++;
      term *= mean / count;
      cumulative += term;
    }
    return count;
  }
}

/** Mixes one 32-bit word thoroughly (a finaliser by multiplication and shifts). */
function mix(word: number): number {
  let mixed = word | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb_352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846c_a68b | 0);
  return mixed ^ (mixed >>> 16);
}

/**
 * The stream of a purpose. Different names give unrelated streams, so a model that draws more does not move another.
 *
 * @param seed a safe integer, 0 or more: the run's seed
 * @param name the purpose, as in `latency.BYBIT`
 * @throws ArbError `ARB_BAD_RANDOM` for any other seed or an empty name
 */
export function randomStream(seed: number, name: string): RandomStream {
  if (!Number.isSafeInteger(seed) || seed < 0 || name === '') {
    throw new ArbError('ARB_BAD_RANDOM', `randomStream(${seed}, "${name}"): the seed must be an integer from 0 to 2^53 - 1 and the name not empty`, { seed, name });
  }
  let first = 0x811c_9dc5;
  let second = 0x9e37_79b9 | 0;
  for (let index = 0; index < name.length; index++) {
    const unit = name.charCodeAt(index);
    first = Math.imul(first ^ unit, 0x0100_0193);
    second = mix(second + unit + index);
  }
  const low = seed % TWO_POW_32 | 0;
  const high = Math.floor(seed / TWO_POW_32) | 0;
  const words = [mix(first ^ low), mix(second ^ high), mix(Math.imul(first, 31) + second + low), 1] as const;
  const stream = new RandomStream({ words: [words[0], mix(words[1] + words[0]), mix(words[2] ^ words[1]), 1], spareNormal: undefined });
  for (let round = 0; round < WARM_UP_ROUNDS; round++) stream.uint32();
  return stream;
}
