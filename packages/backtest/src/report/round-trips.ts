import { Decimal } from '@arb/core';
import { sumAmounts } from './amounts.ts';
import type { FillFact, FundingPaymentFact, PairFacts } from './run-facts.ts';
import type { RoundTrip } from './run-report.ts';
import { slippageOf } from './slippage.ts';

/** Which trip a fill belongs to, and whether it opened or closed. */
export interface FillRole {
  readonly trip: number;
  readonly action: 'enter' | 'exit';
}

/** Round trips of one pair with the role of each of its fills. */
export interface PairTrips {
  readonly trips: readonly RoundTrip[];
  readonly roles: ReadonlyMap<FillFact, FillRole>;
}

/** What {@link roundTrips} needs beside the fills. */
export interface TripContext {
  readonly pair: PairFacts;
  readonly payments: readonly FundingPaymentFact[];
  /** Mark of each instrument at the end, USD, for a trip still open. */
  readonly finalMarkUsd: ReadonlyMap<string, string | null>;
  /** Number of the first trip. */
  readonly firstNumber: number;
  /** Predicted differential of the pair at a time, APR %. */
  readonly differentialAt: (ts: number) => number | null;
}

interface OpenTrip {
  readonly fills: FillFact[];
  readonly openingValueUsd: Decimal;
  to: number | null;
  closingValueUsd: Decimal;
}

/**
 * Cuts the fills of a pair into round trips, flat to flat (within the pair's tolerance on both legs).
 *
 * A trip's price result is cash out and in plus what is still held: at the last fill price where dust remains, at the final mark where the trip is
 * open. Dust is handed to the next trip at that value, so that the trips add up to the pair's result. Funding belongs to the trip it was paid in; a settlement
 * stamped before the first fill was told of is the first trip's: the fill had happened.
 * Holds for linear instruments.
 *
 * @param fills fills of this pair in time order
 */
export function roundTrips(fills: readonly FillFact[], context: TripContext): PairTrips {
  const { pair, firstNumber } = context;
  const tolerance = new Decimal(pair.toleranceQuantity);
  const held = new Map<string, Decimal>();
  const lastPriceUsd = new Map<string, Decimal>();
  const last = new Map<string, FillFact>();
  const roles = new Map<FillFact, FillRole>();
  const trips: OpenTrip[] = [];
  let open: OpenTrip | undefined;
  const valueUsd = (priceOf: (instrumentId: string) => Decimal): Decimal =>
    [...held].reduce((sum, [id, quantity]) => sum.plus(quantity.times(priceOf(id))), new Decimal(0));
  for (const fill of fills) {
    const before = held.get(fill.instrumentId) ?? new Decimal(0);
    const after = fill.side === 'buy' ? before.plus(fill.quantity) : before.minus(fill.quantity);
    if (open === undefined) {
      open = { fills: [], openingValueUsd: valueUsd((id) => lastPriceUsd.get(id)!), to: null, closingValueUsd: new Decimal(0) };
      trips.push(open);
    }
    open.fills.push(fill);
    roles.set(fill, { trip: firstNumber + trips.length - 1, action: after.abs().gt(before.abs()) ? 'enter' : 'exit' });
    held.set(fill.instrumentId, after);
    last.set(fill.instrumentId, fill);
    lastPriceUsd.set(fill.instrumentId, new Decimal(fill.notionalUsd).div(fill.quantity));
    if ([...held].every(([id, quantity]) => baseUnits(quantity, last.get(id)!).abs().lte(tolerance))) {
      open.to = fill.ts;
      open.closingValueUsd = valueUsd((id) => lastPriceUsd.get(id)!);
      open = undefined;
    }
  }
  const finalUsd = (id: string): Decimal => {
    const mark = context.finalMarkUsd.get(id) ?? null;
    return mark === null ? lastPriceUsd.get(id)! : baseUnits(new Decimal(mark), last.get(id)!);
  };
  if (open !== undefined) open.closingValueUsd = valueUsd(finalUsd);
  return { trips: trips.map((_, index) => describe(trips, index, context)), roles };
}

/** A quantity of an instrument in base units, as its fills state them: contracts of a multiplier are not units. */
function baseUnits(quantity: Decimal, { quantity: filled, hedgeQuantity }: FillFact): Decimal {
  return hedgeQuantity === undefined ? quantity : quantity.times(hedgeQuantity).div(filled);
}

function describe(trips: readonly OpenTrip[], index: number, context: TripContext): RoundTrip {
  const trip = trips[index]!;
  const from = trip.fills[0]!.ts;
  const next = trips[index + 1]?.fills[0]!.ts ?? Infinity;
  const since = index === 0 ? -Infinity : from;
  const fundingUsd = sumAmounts(context.payments.filter((payment) => payment.ts >= since && payment.ts < next).map((payment) => payment.amountUsd));
  const cashUsd = sumAmounts(trip.fills.map((fill) => (fill.side === 'buy' ? `-${fill.notionalUsd}` : fill.notionalUsd)));
  const priceUsd = new Decimal(cashUsd).plus(trip.closingValueUsd).minus(trip.openingValueUsd);
  const feesUsd = sumAmounts(trip.fills.map((fill) => fill.feeUsd));
  const slippageUsd = sumAmounts(trip.fills.map((fill) => slippageOf(fill)?.usd ?? '0'));
  const costUsd = new Decimal(feesUsd).plus(slippageUsd).negated();
  const notionalUsd = largestNotional(trip.fills);
  const aprInPct = context.differentialAt(from);
  const costBps = notionalUsd.isZero() ? 0 : costUsd.div(notionalUsd).times(10_000).toNumber();
  return {
    n: context.firstNumber + index,
    pairId: context.pair.pairId,
    from,
    to: trip.to,
    notionalUsd: notionalUsd.toFixed(),
    aprInPct,
    aprOutPct: trip.to === null ? null : context.differentialAt(trip.to),
    fundingUsd,
    basisUsd: priceUsd.minus(slippageUsd).toDecimalPlaces(18).toFixed(),
    feesUsd,
    slippageUsd,
    netPnlUsd: priceUsd.plus(feesUsd).plus(fundingUsd).toDecimalPlaces(18).toFixed(),
    costBps,
    breakEvenDays: aprInPct !== null && aprInPct > 0 ? (costBps / 100 / aprInPct) * 365 : null,
    closeCostUsd: trip.to === null ? context.pair.closeCostUsd : null,
  };
}

/** Largest one-leg notional the trip reached, at the prices of its fills. */
function largestNotional(fills: readonly FillFact[]): Decimal {
  const legs = new Map<string, Decimal>();
  let largest = new Decimal(0);
  for (const fill of fills) {
    const signed = fill.side === 'buy' ? new Decimal(fill.notionalUsd) : new Decimal(fill.notionalUsd).negated();
    const notional = (legs.get(fill.instrumentId) ?? new Decimal(0)).plus(signed);
    legs.set(fill.instrumentId, notional);
    if (notional.abs().gt(largest)) largest = notional.abs();
  }
  return largest;
}
