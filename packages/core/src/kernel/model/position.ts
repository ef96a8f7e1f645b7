import { CostBasis, type MAX_BUSTABLE_FILLS, type SignedFill } from '../ledger/cost-basis.ts';
import { positionValue, positionValueAt } from '../ledger/position-value.ts';
import { type Decimal } from '../math/decimal.ts';
import { fromMoney, type Money } from '../math/money.ts';
import type { InstrumentId, PositionId, StrategyId } from './ids.ts';
import type { Instrument } from './instrument.ts';
import type { UnixMicros } from './time.ts';

/** Id of the one position a strategy has in an instrument with netting: the instrument's own. */
export function netPositionId(instrumentId: InstrumentId): PositionId { return instrumentId as string; }

/** Changes a position; only the portfolio holds it. */
export interface PositionMutator {
  /** Books a fill; returns the profit it realised in the settlement currency. */
  fill(position: Position, fill: SignedFill): Money;
  /** Takes a fill back; returns the change of realised profit. */
  bust(position: Position, fill: SignedFill): Money;
  /** The position's own accounting, for the account that holds nothing else of the instrument. */
  basis(position: Position): CostBasis;
  /** Adds a cost; negative for a rebate. */
  fee(position: Position, currency: string, amount: Money): void;
  /** Adds a funding payment; positive where received. */
  funding(position: Position, amount: Money): void;
}

let mutator: PositionMutator;

/**
 * What one strategy holds of one instrument. With netting there is one per strategy and instrument, whatever its direction; with hedging one per position id.
 *
 * Lots and bigint money inside, Decimal views when asked for. Average-cost accounting; all sums are exact (see {@link CostBasis}).
 */
export class Position {
  readonly strategyId: StrategyId;
  readonly instrument: Instrument;
  readonly id: PositionId;
  readonly #basis: CostBasis;
  readonly #fees = new Map<string, Money>();
  #funding: Money = 0n;
  #fills = 0;

  /** @param id the instrument's id with netting; the position's own with hedging */
  constructor(strategyId: StrategyId, instrument: Instrument, id: PositionId = netPositionId(instrument.id)) {
    this.strategyId = strategyId;
    this.instrument = instrument;
    this.id = id;
    this.#basis = new CostBasis(instrument);
  }

  get instrumentId(): InstrumentId { return this.instrument.id; }
  /** Signed lots: positive long, negative short. */
  get lots(): number { return this.#basis.lots; }
  get isLong(): boolean { return this.#basis.lots > 0; }
  get isShort(): boolean { return this.#basis.lots < 0; }
  get isFlat(): boolean { return this.#basis.lots === 0; }
  /** Signed quantity. */
  get quantity(): Decimal { return this.instrument.lotsToDecimal(this.#basis.lots); }
  /** When the present position was opened or flipped into; undefined before the first fill. */
  get openedAt(): UnixMicros | undefined { return this.#basis.openedAt; }
  /** When it was last closed; undefined while it is open or before the first fill. */
  get closedAt(): UnixMicros | undefined { return this.#basis.closedAt; }
  /** Fills booked and not taken back. */
  get fillCount(): number { return this.#fills; }

  /** Signed lots held just before a time: fills stamped at it or later do not count. Reaches back {@link MAX_BUSTABLE_FILLS} fills. */
  lotsAt(time: UnixMicros): number { return this.#basis.lotsAt(time); }

  /** What was paid for the open lots in the settlement currency, in 1e-18 units: `+q·p`, for inverse contracts `−c·q/p`. */
  get cost(): Money { return this.#basis.cost; }
  /** Sum of the values of all fills, same sign rule. */
  get traded(): Money { return this.#basis.traded; }
  /** Profit of all that was closed, in the settlement currency and 1e-18 units, without fees and funding. */
  get realised(): Money { return this.#basis.realised; }
  /** Funding received (positive) or paid (negative), settlement currency, 1e-18 units. */
  get funding(): Money { return this.#funding; }
  /** Fees paid by currency, 1e-18 units; negative for rebates. */
  get fees(): ReadonlyMap<string, Money> { return this.#fees; }

  /** Profit of all that was closed, without fees and funding. */
  get realisedPnl(): Decimal { return fromMoney(this.#basis.realised); }

  /** Mean price of the open lots; undefined while flat. Inverse contracts: the harmonic mean, as their value is linear in 1/p. */
  get averageOpenPrice(): Decimal | undefined {
    const { lots, cost } = this.#basis;
    if (lots === 0 || cost === 0n) return undefined;
    const units = this.instrument.lotsToDecimal(lots).times(this.instrument.multiplier);
    return this.instrument.isInverse ? units.div(fromMoney(-cost)) : fromMoney(cost).div(units);
  }

  /** Profit of the open lots at a price on the grid, in 1e-18 units. */
  unrealisedAtTick(tick: number): Money {
    return this.isFlat ? 0n : positionValue(this.instrument, tick, this.lots) - this.cost;
  }

  /** Profit of the open lots at `price / 10^decimals`, in 1e-18 units. */
  unrealisedAt(price: bigint, decimals: number): Money {
    return this.isFlat ? 0n : positionValueAt(this.instrument, price, decimals, this.lots) - this.cost;
  }

  static {
    mutator = {
      fill: (position, fill) => {
        position.#fills++;
        return position.#basis.fill(fill);
      },
      bust: (position, fill) => {
        position.#fills--;
        return position.#basis.bust(fill);
      },
      basis: (position) => position.#basis,
      fee: (position, currency, amount) => { position.#fees.set(currency, (position.#fees.get(currency) ?? 0n) + amount); },
      funding: (position, amount) => { position.#funding += amount; },
    };
  }
}

/** The one handle that changes positions; for the portfolio and its tests. */
export const positionMutator: PositionMutator = mutator!;
