import { Decimal } from '@arb/core';
import { sumAmounts } from './amounts.ts';
import { breakEvenDays } from './break-even.ts';
import type { FillFact, FundingPaymentFact, LegFacts, PairFacts } from './run-facts.ts';
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
  /** Each instrument's contract and its mark at the end, for a trip still open. */
  readonly legs: ReadonlyMap<string, Pick<LegFacts, 'finalMarkUsd' | 'contract'>>;
  /** Number of the first trip. */
  readonly firstNumber: number;
}

/** What is held of one instrument, and what a unit of it was worth at its last fill. */
interface Held {
  readonly quantity: Decimal;
  /** Base units in a unit of quantity. */
  readonly base: Decimal;
  /** Value of a unit long, settlement currency: positive, for inverse contracts negative, since a long of those owes coins. */
  readonly value: Decimal;
  /** USD of one unit of the settlement currency. */
  readonly rateUsd: Decimal;
}

/** Values of what is held by instrument, in the settlement currency, and what that is worth in USD. */
type Values = ReadonlyMap<string, { readonly value: Decimal; readonly rateUsd: Decimal }>;

interface OpenTrip {
  readonly fills: FillFact[];
  readonly opening: Values;
  to: number | null;
  closing: Values;
}

const ZERO = new Decimal(0);

/**
 * Cuts the fills of a pair into round trips, flat to flat (within the pair's tolerance on both legs).
 *
 * A trip's price result is, for each leg in its settlement currency, cash out and in plus what is still held: at the last fill price where dust remains, at the
 * final mark where the trip is open; converted at the rate of its last fill (open: at the end). Dust is handed to the next trip at that value, so that the trips
 * add up to the pair's result. Funding belongs to the trip it was paid in; a settlement stamped
 * before the first fill was told of is the first trip's: the fill had happened.
 *
 * @param fills fills of this pair in time order
 */
export function roundTrips(fills: readonly FillFact[], context: TripContext): PairTrips {
  const { pair, firstNumber } = context;
  const tolerance = new Decimal(pair.toleranceQuantity);
  const held = new Map<string, Held>();
  const roles = new Map<FillFact, FillRole>();
  const trips: OpenTrip[] = [];
  let open: OpenTrip | undefined;
  for (const fill of fills) {
    const before = held.get(fill.instrumentId)?.quantity ?? ZERO;
    const after = fill.side === 'buy' ? before.plus(fill.quantity) : before.minus(fill.quantity);
    if (open === undefined) {
      open = { fills: [], opening: valuesOf(held), to: null, closing: new Map() };
      trips.push(open);
    }
    open.fills.push(fill);
    roles.set(fill, { trip: firstNumber + trips.length - 1, action: after.abs().gt(before.abs()) ? 'enter' : 'exit' });
    held.set(fill.instrumentId, heldAfter(fill, after));
    if ([...held.values()].every(({ quantity, base }) => quantity.times(base).abs().lte(tolerance))) {
      open.to = fill.ts;
      open.closing = valuesOf(held);
      open = undefined;
    }
  }
  if (open !== undefined) open.closing = finalValues(held, context);
  return { trips: trips.map((_, index) => describe(trips, index, context)), roles };
}

/** Value of a fill in the settlement currency, signed as a long of it is worth. */
function settleValueOf(fill: FillFact): Decimal {
  const value = new Decimal(fill.settleValue ?? fill.notionalUsd);
  return fill.isInverse ? value.negated() : value;
}

function heldAfter(fill: FillFact, quantity: Decimal): Held {
  const value = settleValueOf(fill);
  return {
    quantity, base: new Decimal(fill.hedgeQuantity ?? fill.quantity).div(fill.quantity), value: value.div(fill.quantity),
    rateUsd: value.isZero() ? ZERO : new Decimal(fill.notionalUsd).div(value.abs()),
  };
}

function valuesOf(held: ReadonlyMap<string, Held>): Values {
  return new Map([...held].map(([id, { quantity, value, rateUsd }]) => [id, { value: quantity.times(value), rateUsd }]));
}

/** What is held at the mark and the rates of the end; where those are unknown, at its last fill. */
function finalValues(held: ReadonlyMap<string, Held>, { legs }: TripContext): Values {
  const atEnd = (id: string, now: Held): Held => {
    const leg = legs.get(id);
    if (leg?.finalMarkUsd === undefined || leg.finalMarkUsd === null) return now;
    const { isInverse, multiplier, finalRateUsd } = leg.contract;
    const value = isInverse ? new Decimal(multiplier).div(leg.finalMarkUsd).negated() : new Decimal(multiplier).times(leg.finalMarkUsd);
    return { ...now, value, rateUsd: new Decimal(finalRateUsd ?? now.rateUsd) };
  };
  return valuesOf(new Map([...held].map(([id, now]) => [id, atEnd(id, now)])));
}

/** Cash of the trip and the change of what is held, each leg in its own currency, in USD. */
function priceResultUsd({ fills, opening, closing }: OpenTrip): Decimal {
  let sum = ZERO;
  for (const [id, { value, rateUsd }] of closing) {
    const own = fills.filter((fill) => fill.instrumentId === id);
    const cash = own.reduce((total, fill) => (fill.side === 'buy' ? total.minus(settleValueOf(fill)) : total.plus(settleValueOf(fill))), ZERO);
    sum = sum.plus(cash.plus(value).minus(opening.get(id)?.value ?? ZERO).times(rateUsd));
  }
  return sum;
}

function describe(trips: readonly OpenTrip[], index: number, context: TripContext): RoundTrip {
  const trip = trips[index]!;
  const from = trip.fills[0]!.ts;
  const next = trips[index + 1]?.fills[0]!.ts ?? Infinity;
  const since = index === 0 ? -Infinity : from;
  const fundingUsd = sumAmounts(context.payments.filter((payment) => payment.ts >= since && payment.ts < next).map((payment) => payment.amountUsd));
  const priceUsd = priceResultUsd(trip);
  const feesUsd = sumAmounts(trip.fills.map((fill) => fill.feeUsd));
  const slippageUsd = sumAmounts(trip.fills.map((fill) => slippageOf(fill)?.usd ?? '0'));
  const costUsd = new Decimal(feesUsd).plus(slippageUsd).negated();
  const notionalUsd = largestNotional(trip.fills);
  const aprInPct = entryAprPct(context.pair, from);
  const costBps = notionalUsd.isZero() ? 0 : costUsd.div(notionalUsd).times(10_000).toNumber();
  return {
    n: context.firstNumber + index,
    pairId: context.pair.pairId,
    from,
    to: trip.to,
    notionalUsd: notionalUsd.toFixed(),
    aprInPct,
    aprOutPct: trip.to === null ? null : exitAprPct(context.pair, from, trip.to),
    fundingUsd,
    basisUsd: priceUsd.minus(slippageUsd).toDecimalPlaces(18).toFixed(),
    feesUsd,
    slippageUsd,
    netPnlUsd: priceUsd.plus(feesUsd).plus(fundingUsd).toDecimalPlaces(18).toFixed(),
    costBps,
    breakEvenDays: breakEvenDays(costBps, aprInPct),
    closeCostUsd: trip.to === null ? context.pair.closeCostUsd : null,
    closeCostNote: trip.to === null ? context.pair.closeCostNote : null,
  };
}

/** Differential the entry was decided on: the last decision before the first fill; null where that was no entry. */
function entryAprPct({ decisions }: PairFacts, from: number): number | null {
  const last = decisions.findLast(({ ts }) => ts <= from);
  return last?.action === 'enter' ? last.aprPct : null;
}

/** Differential the exit was decided on; null where nobody decided one: a leg that was neutralised, a liquidation. */
function exitAprPct({ decisions }: PairFacts, from: number, to: number): number | null {
  return decisions.findLast(({ ts, action }) => action === 'exit' && ts >= from && ts <= to)?.aprPct ?? null;
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
