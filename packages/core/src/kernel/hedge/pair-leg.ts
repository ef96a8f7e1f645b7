import { walkDepth } from '../book/depth-walk.ts';
import type { InstrumentState } from '../cache/instrument-state.ts';
import type { Decimal } from '../math/decimal.ts';
import type { InstrumentId } from '../model/ids.ts';
import type { Instrument } from '../model/instrument.ts';
import type { OrderSide } from '../model/order.ts';

/** What a leg knows of the world. */
export interface LegWorld {
  readonly state: () => InstrumentState;
  readonly maxSlippageBps: number;
  /** Taker fee as a fraction. */
  readonly takerFee: () => number;
  /** See `HedgeHost.canReduce`. */
  readonly canReduce: (side: OrderSide, lots: number) => boolean;
}

/** A leg as saved. */
export interface SavedLeg { readonly lots: number; readonly inverseBase: number; readonly targetLots: number; readonly price?: number }

/** One side of a pair: what is held, and conversions between lots, base units and USD at the price now. */
export class PairLeg {
  readonly id: InstrumentId;
  readonly side: OrderSide;
  readonly #state: () => InstrumentState;
  /** How far from the touch an order of this leg may trade. */
  readonly maxSlippageBps: number;
  readonly #takerFee: () => number;
  readonly #canReduce: (side: OrderSide, lots: number) => boolean;
  /** Signed lots this pair wants to hold. */
  targetLots = 0;
  #lots = 0;
  /** Inverse contracts: signed base units, fixed at the prices of the fills, since `N/p` at the entry is what moves with the price. */
  #inverseBase = 0;
  #lastPrice = NaN;
  /** Ticks beyond which this leg does not chase the market; see {@link PairLeg.anchor}. */
  #worstBuyTick = Infinity;
  #worstSellTick = -Infinity;

  constructor(id: InstrumentId, side: OrderSide, world: LegWorld) {
    this.id = id;
    this.side = side;
    this.#state = world.state;
    this.maxSlippageBps = world.maxSlippageBps;
    this.#takerFee = world.takerFee;
    this.#canReduce = world.canReduce;
  }

  get state(): InstrumentState { return this.#state(); }
  get instrument(): Instrument { return this.#state().instrument; }
  get sign(): 1 | -1 { return this.side === 'buy' ? 1 : -1; }
  /** Signed lots this pair holds. */
  get lots(): number { return this.#lots; }
  get quantity(): Decimal { return this.instrument.lotsToDecimal(this.#lots); }
  /** Signed lots still to trade. */
  get missingLots(): number { return this.targetLots - this.#lots; }
  /** Nothing is missing, or less than the venue would take an order for. */
  get isAtTarget(): boolean { return this.missingLots === 0 || (this.isReducing(this.missingLots) && !this.isClosable(Math.abs(this.missingLots))); }
  /** Nothing is held, or less than can be closed. */
  get isFlat(): boolean { return this.#lots === 0 || !this.isClosable(Math.abs(this.#lots)); }

  /** Mid, or the mark, or the last close, or what was last known; NaN where nothing ever was. */
  get price(): number {
    const { bidTick, askTick, mark, bar } = this.state;
    const price = bidTick !== undefined && askTick !== undefined ? this.instrument.tickToNumber((bidTick + askTick) / 2) : mark?.price ?? bar?.close;
    if (price !== undefined && price > 0) this.#lastPrice = price;
    return this.#lastPrice;
  }

  /** Base units in one lot at the price now. */
  get basePerLot(): number { return this.#basePerLotAt(this.price); }

  /** Signed base units held. */
  get base(): number { return this.instrument.isInverse ? this.#inverseBase : this.#lots * this.basePerLot; }

  /** Base units in one of the lots held; one lot at the price now where none is. */
  get heldBasePerLot(): number { return this.#lots === 0 || !this.instrument.isInverse ? this.basePerLot : this.#inverseBase / this.#lots; }

  /** Lots in all that are worth what so many would be at the price now: those of an inverse leg that are held count at the prices of their fills. */
  lotsInAll(lots: number): number {
    if (!this.instrument.isInverse || this.#lots === 0) return lots;
    const wanted = lots * this.basePerLot;
    const held = Math.abs(this.#inverseBase);
    return wanted > held ? Math.abs(this.#lots) + Math.round((wanted - held) / this.basePerLot) : Math.round(Math.abs(this.#lots) * wanted / held);
  }

  /** True where the venue takes an order for so many lots that only closes what is held. */
  isClosable(lots: number): boolean {
    if (lots < this.instrument.minLots) return false;
    return lots >= this.#minPlainLots || this.#canReduce(this.#lots > 0 ? 'sell' : 'buy', lots);
  }

  /**
   * Fewest lots of an order that is not reduce-only. Its value is judged at its limit by some venues, at the touch by others (and by the risk engine): the lower of the two
   * counts, else the last of a leg would be sent and refused for ever.
   */
  get #minPlainLots(): number {
    const { instrument } = this;
    const tick = this.#lots < 0 ? this.state.askTick : this.capTick('sell');
    const price = tick === undefined ? this.price : instrument.tickToNumber(tick);
    return price > 0 ? Math.ceil(instrument.minNotional.toNumber() / (this.#basePerLotAt(price) * price) - 1e-9) : 0;
  }

  /** True where so many signed lots bring the position nearer to zero and not beyond. */
  isReducing(signedLots: number): boolean {
    return this.#lots !== 0 && Math.sign(signedLots) !== Math.sign(this.#lots) && Math.abs(signedLots) <= Math.abs(this.#lots);
  }

  /** Books a fill, or with the opposite sign takes one back. */
  apply(signedLots: number, tick: number): void {
    const before = this.#lots;
    this.#lots = before + signedLots;
    if (!this.instrument.isInverse) return;
    const perLot = this.#basePerLotAt(tick > 0 ? this.instrument.tickToNumber(tick) : this.price);
    if (before === 0 || before * this.#lots < 0) this.#inverseBase = this.#lots * perLot;
    else if (before * signedLots > 0) this.#inverseBase += signedLots * perLot;
    else this.#inverseBase *= this.#lots / before;
  }

  save(): SavedLeg {
    const { targetLots, price } = this;
    return { lots: this.#lots, inverseBase: this.#inverseBase, targetLots, ...(price > 0 ? { price } : {}) };
  }

  /** Puts back what was saved. The price is what the leg is valued at until its market is heard of again. */
  restore({ lots, inverseBase, targetLots, price = NaN }: SavedLeg): void {
    this.#lots = lots;
    this.#inverseBase = inverseBase;
    this.targetLots = targetLots;
    this.#lastPrice = price;
  }

  /** Remembers the touch of a decision: what opens is priced at most so far from it, however the market runs until the last retry. */
  anchor(maxTotalSlippageBps: number): void {
    this.#worstBuyTick = this.capTick('buy', maxTotalSlippageBps) ?? Infinity;
    this.#worstSellTick = this.capTick('sell', maxTotalSlippageBps) ?? -Infinity;
  }

  /** Limit tick of an order that opens: within the slippage of the touch now and within that of the decision; undefined where the touch is beyond that, or there is none. */
  openTick(side: OrderSide): number | undefined {
    const tick = this.capTick(side);
    const touch = side === 'buy' ? this.state.askTick : this.state.bidTick;
    if (tick === undefined || touch === undefined) return undefined;
    if (side === 'buy') return touch > this.#worstBuyTick ? undefined : Math.min(tick, this.#worstBuyTick);
    return touch < this.#worstSellTick ? undefined : Math.max(tick, this.#worstSellTick);
  }

  /** Worst limit tick for an order of this direction, so many basis points beyond the touch; undefined without one. */
  capTick(side: OrderSide, maxSlippageBps: number = this.maxSlippageBps): number | undefined {
    const { instrument, state } = this;
    const touch = side === 'buy' ? state.askTick : state.bidTick;
    if (touch === undefined) return undefined;
    const slip = 1 + (side === 'buy' ? maxSlippageBps : -maxSlippageBps) / 10_000;
    const tick = instrument.roundToTick(instrument.tickToNumber(touch) * slip, side === 'buy' ? 'down' : 'up');
    return side === 'buy' ? Math.max(touch, tick) : Math.min(touch, tick);
  }

  /**
   * What so many signed lots would cost now, USD: distance of their mean price from the mid, and the taker fee. Undefined where the book does not hold them within
   * the slippage limit, or there is none; of a top without depth the touch is taken for all of them.
   */
  costUsd(signedLots: number): number | undefined {
    const { state, instrument, price } = this;
    const side: OrderSide = signedLots > 0 ? 'buy' : 'sell';
    const touch = side === 'buy' ? state.askTick : state.bidTick;
    if (touch === undefined || !(price > 0)) return undefined;
    const value = Math.abs(signedLots) * this.basePerLot * price;
    const feeUsd = value * this.#takerFee();
    if (!state.hasBook) return value * Math.abs(instrument.tickToNumber(touch) / price - 1) + feeUsd;
    const { isFilled, slippageBps } = walkDepth(state.book, side, { quantity: instrument.lotsToDecimal(Math.abs(signedLots)) }, { maxSlippageBps: this.maxSlippageBps });
    return isFilled && !Number.isNaN(slippageBps) ? value * slippageBps / 10_000 + feeUsd : undefined;
  }

  /**
   * Why the book cannot take so many lots more within the slippage limit; undefined where it can, and where only a top of book is known: what lies behind it is then
   * unknown, not missing.
   */
  shortOfLiquidity(lots: number): string | undefined {
    const { state, instrument, side } = this;
    const maxSlippageBps = this.maxSlippageBps;
    if (!state.hasBook) return undefined;
    const { filledLots, isFilled } = walkDepth(state.book, side, { quantity: instrument.lotsToDecimal(lots) }, { maxSlippageBps });
    if (isFilled) return undefined;
    return `LIQUIDITY: ${this.id} ${side === 'buy' ? 'offers' : 'bids for'} ${instrument.lotsToDecimal(filledLots).toFixed()} within ${maxSlippageBps} bps, ${instrument.lotsToDecimal(lots).toFixed()} are wanted`;
  }

  /**
   * Why a position of so many lots would be too small for its venue to enter and to leave again; undefined where it is not.
   * @param headroom how much above the smallest value it must be, as a factor
   */
  tooSmall(lots: number, headroom = 1): string | undefined {
    const { instrument } = this;
    if (lots < instrument.minLots) return `${this.id}: ${instrument.lotsToDecimal(lots).toFixed()} is below the minimum of ${instrument.lotsToDecimal(instrument.minLots).toFixed()}`;
    if (lots > instrument.maxLots) return `${this.id}: ${instrument.lotsToDecimal(lots).toFixed()} is above the largest order of ${instrument.lotsToDecimal(instrument.maxLots).toFixed()}`;
    const notional = lots * this.basePerLot * this.price;
    if (instrument.minNotional.gt(notional)) return `${this.id}: a value of ${notional.toFixed(2)} is below the minimum of ${instrument.minNotional.toFixed()}`;
    const least = instrument.minNotional.times(headroom);
    return least.gt(notional) ? `${this.id}: a value of ${notional.toFixed(2)} is below ${least.toFixed()}: too near the minimum of ${instrument.minNotional.toFixed()} to be sure of leaving again` : undefined;
  }

  #basePerLotAt(price: number): number {
    const { instrument } = this;
    const units = instrument.lotSize * instrument.multiplier.toNumber();
    return instrument.isInverse ? units / price : units;
  }
}
