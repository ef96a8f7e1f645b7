import { Decimal } from '../math/decimal.ts';
import { type Money, MONEY_DECIMALS, toMoney } from '../math/money.ts';
import { deny, type RiskDenial, type RiskDenialCode } from './denial.ts';
import type { EquityWatch } from './equity-watch.ts';
import { limitFor, type RiskLimits } from './risk-limits.ts';
import type { RiskSlot } from './risk-slot.ts';
import type { RiskedOrder } from './venue-rules.ts';

/** Doubles decide where they are further than this part of the limit from it; closer, the sum is worked out exactly. */
const BAND = 1e-9;

type Scope = 'asset' | 'venue' | 'all' | 'strategy';

interface Candidate { readonly order: RiskedOrder; readonly slot: RiskSlot; readonly tick: number }

/**
 * Limits on sums over positions: by asset, venue, strategy and in all. Every instrument counts with the largest position that its orders in flight could lead
 * to, at its price now; the instrument of the order at the price the order can expect.
 */
export class ExposureLimits {
  readonly #limits: RiskLimits;
  readonly #slots: readonly RiskSlot[];
  /** True where there is any such limit; without one a check costs nothing. */
  readonly isActive: boolean;
  /** True where a limit depends on equity. */
  readonly needsEquity: boolean;

  /** @param slots every slot of the engine; the list grows */
  constructor(limits: RiskLimits, slots: readonly RiskSlot[]) {
    this.#limits = limits;
    this.#slots = slots;
    this.needsEquity = limits.maxVenueSharePct !== undefined || limits.maxStrategySharePct !== undefined || limits.maxLeverage !== undefined;
    this.isActive = this.needsEquity || limits.maxAssetNotionalUsd !== undefined || limits.maxAssetNetUsd !== undefined
      || limits.maxVenueNotionalUsd !== undefined || limits.maxGrossNotionalUsd !== undefined;
  }

  /** The first limit that the order would break. */
  verdict(candidate: Candidate, equity: EquityWatch): RiskDenial | undefined {
    const { slot, order } = candidate;
    const { base } = slot.instrument;
    const { venue } = slot.account;
    const limits = this.#limits;
    const share = (pct: number | undefined): number | undefined => (pct === undefined ? undefined : Math.max(0, equity.total) * pct / 100);
    return this.#gross('POSITION_LIMIT', `maxAssetNotionalUsd of ${base}`, limitFor(limits.maxAssetNotionalUsd, base), 'asset', candidate)
      ?? this.#net(limitFor(limits.maxAssetNetUsd, base), candidate)
      ?? this.#gross('POSITION_LIMIT', `maxVenueNotionalUsd of ${venue}`, limitFor(limits.maxVenueNotionalUsd, venue), 'venue', candidate)
      ?? this.#gross('POSITION_LIMIT', 'maxGrossNotionalUsd', limits.maxGrossNotionalUsd, 'all', candidate)
      ?? this.#gross('VENUE_SHARE', `maxVenueSharePct ${limits.maxVenueSharePct} of equity at ${venue}`, share(limits.maxVenueSharePct), 'venue', candidate)
      ?? this.#gross('STRATEGY_SHARE', `maxStrategySharePct ${limits.maxStrategySharePct} of equity for ${order.strategyId}`, share(limits.maxStrategySharePct), 'strategy', candidate)
      ?? this.#gross('LEVERAGE_LIMIT', `maxLeverage ${limits.maxLeverage} times the equity at ${venue}`, limits.maxLeverage === undefined ? undefined : Math.max(0, equity.at(venue)) * limits.maxLeverage, 'venue', candidate);
  }

  #gross(code: RiskDenialCode, name: string, limit: number | undefined, scope: Scope, candidate: Candidate): RiskDenial | undefined {     // eslint-disable-line max-params -- one row of the table above
    if (limit === undefined) return undefined;
    let sum = 0;
    for (const slot of this.#slots) {
      if (!isWithin(scope, slot, candidate.slot)) continue;
      const lots = scope === 'strategy' ? strategyLots(slot, candidate) : worstLots(slot, candidate);
      if (lots !== 0) sum += slot.usd(lots, slot === candidate.slot ? candidate.tick : slot.priceTicks());
    }
    if (Number.isNaN(sum)) return this.#unrated(name, scope, candidate);
    if (!isExceeded(sum, limit, () => this.#exactGross(scope, candidate))) return undefined;
    return broken(code, name, limit, sum);
  }

  #exactGross(scope: Scope, candidate: Candidate): Money {
    let sum = 0n;
    for (const slot of this.#slots) {
      if (!isWithin(scope, slot, candidate.slot)) continue;
      const lots = scope === 'strategy' ? strategyLots(slot, candidate) : worstLots(slot, candidate);
      if (lots !== 0) sum += slot === candidate.slot ? slot.exactUsd(lots, candidate.tick) : slot.exactUsd(lots);
    }
    return sum;
  }

  /** A limit that cannot be judged is not passed: the denial names what has no rate. */
  #unrated(name: string, scope: Scope, candidate: Candidate): RiskDenial {
    const quotes = this.#slots.filter((slot) => isWithin(scope, slot, candidate.slot) && Number.isNaN(slot.usdPerUnit)).map((slot) => slot.instrument.quote);
    return deny('NO_MARKET', `no rate of ${[...new Set(quotes)].join(', ')} to judge ${name} by`);
  }

  /** The larger of: all buys in flight filled and no sell, all sells and no buy. */
  #net(limit: number | undefined, candidate: Candidate): RiskDenial | undefined {
    if (limit === undefined) return undefined;
    let long = 0;
    let short = 0;
    for (const slot of this.#slots) {
      if (!isWithin('asset', slot, candidate.slot)) continue;
      const { basis, openBuyLots, openSellLots } = slot.holding;
      const more = slot === candidate.slot ? candidate.order.sign * candidate.order.leavesLots : 0;
      const ticks = slot === candidate.slot ? candidate.tick : slot.priceTicks();
      const longLots = basis.lots + openBuyLots + Math.max(0, more);
      const shortLots = basis.lots - openSellLots + Math.min(0, more);
      if (longLots !== 0) long += slot.usd(longLots, ticks);
      if (shortLots !== 0) short += slot.usd(shortLots, ticks);
    }
    if (Number.isNaN(long + short)) return this.#unrated(`maxAssetNetUsd of ${candidate.slot.instrument.base}`, 'asset', candidate);
    const worst = candidate.order.sign > 0 ? long : -short;
    return worst > limit * (1 + BAND) ? broken('POSITION_LIMIT', `maxAssetNetUsd of ${candidate.slot.instrument.base}`, limit, worst) : undefined;
  }
}

function isWithin(scope: Scope, slot: RiskSlot, of: RiskSlot): boolean {
  if (scope === 'asset') return slot.instrument.base === of.instrument.base;
  return scope === 'venue' ? slot.account.venue === of.account.venue : true;
}

function worstLots(slot: RiskSlot, { slot: own, order }: Candidate): number {
  return slot.worstLots(order.strategyId, slot === own ? order.sign * order.leavesLots : 0);
}

/** The largest position one strategy's own orders could lead to. */
function strategyLots(slot: RiskSlot, { slot: own, order }: Candidate): number {
  const more = slot === own ? order.sign * order.leavesLots : 0;
  return Math.max(slot.longReach(order.strategyId, more), slot.shortReach(order.strategyId, more));
}

function isExceeded(sum: number, limit: number, exact: () => Money): boolean {
  if (sum <= limit * (1 - BAND)) return false;
  return sum > limit * (1 + BAND) || exact() > toMoney(new Decimal(limit).toDecimalPlaces(MONEY_DECIMALS));
}

function broken(code: RiskDenialCode, name: string, limit: number, actual: number): RiskDenial {      // eslint-disable-line max-params -- limit and actual in the order they are read
  return deny(code, `with orders in flight it would be ${actual.toFixed(2)} USD, ${name} allows ${limit.toFixed(2)}`, { limit: limit.toFixed(2), actual: actual.toFixed(2) });
}
