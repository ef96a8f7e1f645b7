import { fromMoney } from '../math/money.ts';
import { NO_PRICE, type Order } from '../model/order.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import { deny, type RiskDenial } from './denial.ts';
import type { RiskSlot } from './risk-slot.ts';

/** What the checks read of an order, so that an amendment can be judged like one. */
export type RiskedOrder = Pick<Order, 'instrument' | 'strategyId' | 'side' | 'sign' | 'lots' | 'leavesLots' | 'tick' | 'triggerTick' | 'reduceOnly' | 'options'>;

/** Price in ticks an order can expect: the touch where its limit crosses, else its limit; without a limit its trigger, else the touch; {@link NO_PRICE} where there is none. */
export function expectedTick(order: RiskedOrder, { touch }: RiskSlot): number {
  const opposite = order.sign > 0 ? touch.askTick : touch.bidTick;
  const limit = order.tick === NO_PRICE ? order.triggerTick : order.tick;
  if (limit === NO_PRICE) return opposite ?? NO_PRICE;
  if (opposite === undefined || order.triggerTick !== NO_PRICE) return limit;
  return order.sign > 0 ? Math.min(limit, opposite) : Math.max(limit, opposite);
}

/** The venue's rules of size: whole lots, smallest and largest order, smallest value (of which orders that only reduce are free, as on the venues). */
export function sizeVerdict(order: RiskedOrder, slot: RiskSlot, tick: number): RiskDenial | undefined {
  const { instrument, lots, leavesLots } = order;
  if (!(lots > 0 && Number.isSafeInteger(lots))) return deny('QUANTITY_PRECISION', `${lots} lots of ${instrument.id} is not a positive whole number`);
  if (lots < instrument.minLots) {
    return deny('SIZE_BELOW_MIN', `${text(slot, lots)} is below the smallest order of ${instrument.id}`, { limit: text(slot, instrument.minLots), actual: text(slot, lots) });
  }
  if (lots > instrument.maxLots) {
    return deny('SIZE_ABOVE_MAX', `${text(slot, lots)} is above the largest order of ${instrument.id}`, { limit: text(slot, instrument.maxLots), actual: text(slot, lots) });
  }
  if (tick === NO_PRICE) return deny('NO_MARKET', `no price of ${instrument.id} to judge the order by`);
  if (!order.reduceOnly && slot.units(tick, lots) < slot.minUnits && leavesLots > 0) {
    const value = fromMoney(slot.quoteValue(tick, lots)).toFixed();
    return deny('NOTIONAL_BELOW_MIN', `${value} ${instrument.quote} is below the smallest order value of ${instrument.id}`, { limit: instrument.minNotional.toFixed(), actual: value });
  }
  return undefined;
}

/**
 * The price is on the grid, positive, and does not cross the market by more than the band.
 * @param band largest distance beyond the opposite touch, as a fraction
 */
export function priceVerdict(order: RiskedOrder, slot: RiskSlot, band: number): RiskDenial | undefined {
  const { instrument, tick, sign } = order;
  if (tick === NO_PRICE) return undefined;
  const { touch } = slot;
  if (!Number.isSafeInteger(tick) || !instrument.isPriceTick(tick)) return deny('PRICE_PRECISION', `tick ${tick} of ${instrument.id} is not an allowed price`);
  const price = (of: number): string => instrument.tickToDecimal(Math.round(of)).toFixed();
  if (tick <= 0) return deny('PRICE_INSANE', `${price(tick)} is not a positive price of ${instrument.id}`, { limit: price(1), actual: price(tick) });
  const opposite = sign > 0 ? touch.askTick : touch.bidTick;
  if (opposite === undefined) return undefined;
  const bound = opposite * (1 + sign * band);
  if (sign > 0 ? tick <= bound : tick >= bound) return undefined;
  return deny('PRICE_INSANE', `a ${order.side} of ${instrument.id} at ${price(tick)} is more than ${band * 100} % beyond the market at ${price(opposite)}`, { limit: price(bound), actual: price(tick) });
}

/**
 * A reduce-only order is against the strategy's position and, with the orders already out on its side, no larger: the venue sees to it only for the account. Orders that cancel or update each other
 * (OCO, OUO) are counted alone: their list sees to it that only one of them trades in full.
 */
export function reduceOnlyVerdict(order: RiskedOrder, slot: RiskSlot, portfolio: Portfolio): RiskDenial | undefined {
  const { strategyId, instrument, sign, leavesLots, options } = order;
  const held = portfolio.strategyLots(strategyId, instrument.id);
  const isLinked = options?.contingency === 'OCO' || options?.contingency === 'OUO';
  const out = slot.inFlight(strategyId);
  const already = isLinked ? 0 : sign > 0 ? out.buy + out.reduceBuy : out.sell + out.reduceSell;
  const reducible = held * sign < 0 ? Math.abs(held) - already : 0;
  if (leavesLots <= reducible) return undefined;
  const actual = text(slot, leavesLots);
  const limit = text(slot, Math.max(0, reducible));
  return deny('REDUCE_ONLY_WOULD_INCREASE', `${strategyId} holds ${text(slot, held)} of ${instrument.id}${already > 0 ? ` with ${text(slot, already)} already being reduced` : ''}; a reduce-only ${order.side} of ${actual} is too much`, { limit, actual });
}

/** True where the order, even if everything in flight on its side fills first, only brings position of strategy and account nearer to zero. */
export function isReducing(order: RiskedOrder, slot: RiskSlot, portfolio: Portfolio): boolean {
  const { sign, leavesLots } = order;
  const { basis, openBuyLots, openSellLots } = slot.holding;
  if (basis.lots * sign >= 0) return false;
  const room = Math.abs(basis.lots) - (sign > 0 ? openBuyLots : openSellLots);
  if (leavesLots > room) return false;
  const held = portfolio.strategyLots(order.strategyId, order.instrument.id);
  const { buy, sell, reduceBuy, reduceSell } = slot.inFlight(order.strategyId);
  return held * sign < 0 && leavesLots <= Math.abs(held) - (sign > 0 ? buy + reduceBuy : sell + reduceSell);
}

function text({ instrument }: RiskSlot, lots: number): string { return instrument.lotsToDecimal(lots).toFixed(); }
