import type { InstrumentState } from '../cache/instrument-state.ts';
import type { Decimal } from '../math/decimal.ts';
import type { InstrumentId } from '../model/ids.ts';
import type { Instrument } from '../model/instrument.ts';
import type { OrderSide } from '../model/order.ts';

/** One side of a pair: what is held, and conversions between lots, base units and USD at the price now. */
export class PairLeg {
  readonly id: InstrumentId;
  readonly side: OrderSide;
  readonly #state: () => InstrumentState;
  /** Signed lots this pair holds. */
  lots = 0;
  /** Signed lots this pair wants to hold. */
  targetLots = 0;

  constructor(id: InstrumentId, side: OrderSide, state: () => InstrumentState) {
    this.id = id;
    this.side = side;
    this.#state = state;
  }

  get state(): InstrumentState { return this.#state(); }
  get instrument(): Instrument { return this.#state().instrument; }
  get sign(): 1 | -1 { return this.side === 'buy' ? 1 : -1; }
  get quantity(): Decimal { return this.instrument.lotsToDecimal(this.lots); }
  get isAtTarget(): boolean { return this.lots === this.targetLots; }

  /** Mid, or the only side there is, or the last price; NaN where nothing is known. */
  get price(): number {
    const { bidTick, askTick, mark, bar } = this.state;
    if (bidTick !== undefined && askTick !== undefined) return this.instrument.tickToNumber((bidTick + askTick) / 2);
    return mark?.price ?? bar?.close ?? NaN;
  }

  /** Base units in one lot at the price now. */
  get basePerLot(): number {
    const { instrument } = this;
    const units = instrument.lotSize * instrument.multiplier.toNumber();
    return instrument.isInverse ? units / this.price : units;
  }

  /** Signed base units held. */
  get base(): number { return this.lots === 0 ? 0 : this.lots * this.basePerLot; }

  /** Lots nearest to a base quantity, without sign. */
  lotsFor(base: number): number { return Math.round(base / this.basePerLot + 1e-9); }

  /** Worst limit tick for an order of this direction, so many basis points beyond the touch; undefined without one. */
  capTick(side: OrderSide, maxSlippageBps: number): number | undefined {
    const { instrument, state } = this;
    const touch = side === 'buy' ? state.askTick : state.bidTick;
    if (touch === undefined) return undefined;
    const slip = 1 + (side === 'buy' ? maxSlippageBps : -maxSlippageBps) / 10_000;
    const tick = instrument.roundToTick(instrument.tickToNumber(touch) * slip, side === 'buy' ? 'down' : 'up');
    return side === 'buy' ? Math.max(touch, tick) : Math.min(touch, tick);
  }

  /** Why an order of so many lots would be too small for its venue; undefined where it is not. */
  tooSmall(lots: number): string | undefined {
    const { instrument } = this;
    if (lots < instrument.minLots) return `${this.id}: ${instrument.lotsToDecimal(lots).toFixed()} is below the minimum of ${instrument.lotsToDecimal(instrument.minLots).toFixed()}`;
    const notional = lots * this.basePerLot * this.price;
    return instrument.minNotional.gt(notional) ? `${this.id}: a value of ${notional.toFixed(2)} is below the minimum of ${instrument.minNotional.toFixed()}` : undefined;
  }
}
