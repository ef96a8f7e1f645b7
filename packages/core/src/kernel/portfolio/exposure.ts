import type { Valuation } from '../ledger/valuation.ts';
import { divideHalfEven, fromMoney, type Money, ONE } from '../math/money.ts';
import type { Decimal } from '../math/decimal.ts';
import type { Position } from '../model/position.ts';

/** Position value in the reporting currency: long plus short without sign, and long minus short. */
export interface ExposureSum {
  readonly grossUsd: Decimal;
  readonly netUsd: Decimal;
}

/** What is held now, summed in several ways; keys in the order they first occur. */
export interface Exposure extends ExposureSum {
  /** By base currency: what moves together. */
  readonly byAsset: ReadonlyMap<string, ExposureSum>;
  readonly byVenue: ReadonlyMap<string, ExposureSum>;
  /** By `<venue>/<account>`. */
  readonly byAccount: ReadonlyMap<string, ExposureSum>;
  readonly byStrategy: ReadonlyMap<string, ExposureSum>;
}

interface Sums { gross: Money; net: Money }

/** Signed value of a position in the reporting currency, 1e-18 units: positive where it gains when the price rises. */
export function exposureMoney(position: Position, valuation: Valuation): Money {
  if (position.isFlat) return 0n;
  const { instrument } = position;
  const value = valuation.value(instrument, position.lots);
  return divideHalfEven((instrument.isInverse ? -value : value) * valuation.requireRate(instrument.settle), ONE);
}

/** Sums the exposure of positions. @throws ArbError `ARB_NO_RATE`, `ARB_NO_PRICE` */
export function exposureOf(legs: Iterable<{ readonly position: Position; readonly account: { readonly venue: string; readonly name: string } }>, valuation: Valuation): Exposure {
  const total: Sums = { gross: 0n, net: 0n };
  const by = { asset: new Map<string, Sums>(), venue: new Map<string, Sums>(), account: new Map<string, Sums>(), strategy: new Map<string, Sums>() };
  for (const { position, account } of legs) {
    const value = exposureMoney(position, valuation);
    if (value === 0n) continue;
    add(total, value);
    add(at(by.asset, position.instrument.base), value);
    add(at(by.venue, account.venue), value);
    add(at(by.account, `${account.venue}/${account.name}`), value);
    add(at(by.strategy, position.strategyId), value);
  }
  return { ...view(total), byAsset: views(by.asset), byVenue: views(by.venue), byAccount: views(by.account), byStrategy: views(by.strategy) };
}

function at(sums: Map<string, Sums>, key: string): Sums {
  let found = sums.get(key);
  if (found === undefined) {
    found = { gross: 0n, net: 0n };
    sums.set(key, found);
  }
  return found;
}

function add(sums: Sums, value: Money): void {
  sums.gross += value < 0n ? -value : value;
  sums.net += value;
}

function view({ gross, net }: Sums): ExposureSum { return { grossUsd: fromMoney(gross), netUsd: fromMoney(net) }; }

function views(sums: ReadonlyMap<string, Sums>): Map<string, ExposureSum> { return new Map([...sums].map(([key, sum]) => [key, view(sum)])); }
