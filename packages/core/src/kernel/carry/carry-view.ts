import type { Cache } from '../cache/cache.ts';
import type { InstrumentId, VenueId } from '../model/ids.ts';
import type { Instrument } from '../model/instrument.ts';
import { marketClass, type VenueProfile } from '../venues/venue-profile.ts';
import { type CarryQuote, quoteCarry, type QuoteRequest } from './carry-quote.ts';
import { carryOf, type CarrySnapshot } from './carry-snapshot.ts';

/** One pair of a ranking. */
export interface RankedCarry {
  readonly carry: CarrySnapshot;
  /** Undefined without two-sided books. */
  readonly quote: CarryQuote | undefined;
}

/** Carry of what the cache knows; what a strategy reaches as `this.carry`. */
export class CarryView {
  readonly #cache: Cache;
  readonly #profile: (venue: VenueId) => VenueProfile | undefined;

  constructor(cache: Cache, profile: (venue: VenueId) => VenueProfile | undefined) {
    this.#cache = cache;
    this.#profile = profile;
  }

  /** Differential of two instruments; undefined until both have a rate. @throws ArbError `ARB_UNKNOWN_INSTRUMENT` */
  differential(long: InstrumentId, short: InstrumentId): CarrySnapshot | undefined {
    return carryOf(this.#cache.state(long), this.#cache.state(short));
  }

  /** Cost and break-even of a pair now; undefined without rates or two-sided books. */
  quote(legs: { readonly long: InstrumentId; readonly short: InstrumentId }, request: QuoteRequest): CarryQuote | undefined {
    const long = this.#cache.state(legs.long);
    const short = this.#cache.state(legs.short);
    const carry = carryOf(long, short);
    if (carry === undefined) return undefined;
    return quoteCarry({ long, short, carry, longTakerFee: this.takerFee(long.instrument), shortTakerFee: this.takerFee(short.instrument) }, request);
  }

  /** Every ordered pair of these instruments that pays, best differential first. */
  rank(ids: readonly InstrumentId[], request: QuoteRequest): RankedCarry[] {
    const ranked: RankedCarry[] = [];
    for (const long of ids) {
      for (const short of ids) {
        const carry = long === short ? undefined : this.differential(long, short);
        if (carry !== undefined && carry.aprPct > 0) ranked.push({ carry, quote: this.quote({ long, short }, request) });
      }
    }
    return ranked.sort((a, b) => b.carry.aprPct - a.carry.aprPct || (a.carry.long < b.carry.long ? -1 : 1));
  }

  /** Taker fee of the lowest tier as a fraction; 0 where the venue has no profile. */
  takerFee(instrument: Instrument): number {
    const fees = this.#profile(instrument.venue)?.fees[marketClass(instrument)];
    return fees === undefined ? 0 : Number(fees.tiers[0]!.taker);
  }
}
