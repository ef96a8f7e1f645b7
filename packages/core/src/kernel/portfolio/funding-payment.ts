import type { FundingPaymentReport } from '../execution/execution-client.ts';
import type { Decimal } from '../math/decimal.ts';
import { fromMoney, type Money } from '../math/money.ts';
import type { InstrumentId, StrategyId } from '../model/ids.ts';
import type { Instrument } from '../model/instrument.ts';
import type { UnixMicros } from '../model/time.ts';

/** One strategy's share of a funding settlement, as booked. The shares of a settlement add up to what the venue paid, to the last 1e-18. */
export class FundingPayment {
  readonly type = 'FundingPayment';
  readonly strategyId: StrategyId;
  /** The settlement of the whole account. */
  readonly report: FundingPaymentReport;
  /** Signed lots the strategy held at the settlement. */
  readonly lots: number;
  /** Received where positive, in the settlement currency, in 1e-18 units. */
  readonly money: Money;

  constructor(strategyId: StrategyId, report: FundingPaymentReport, share: { readonly lots: number; readonly money: Money }) {
    this.strategyId = strategyId;
    this.report = report;
    this.lots = share.lots;
    this.money = share.money;
  }

  get instrument(): Instrument { return this.report.instrument; }
  get instrumentId(): InstrumentId { return this.report.instrument.id; }
  /** Currency of the payment. */
  get currency(): string { return this.report.instrument.settle; }
  /** Received where positive, paid where negative. */
  get amount(): Decimal { return fromMoney(this.money); }
  /** Signed quantity held at the settlement. */
  get quantity(): Decimal { return this.report.instrument.lotsToDecimal(this.lots); }
  get settlesAt(): UnixMicros { return this.report.settlesAt; }
  get tsEvent(): UnixMicros { return this.report.tsEvent; }
}
