import { ArbError, Decimal, Instrument, type InstrumentSpec, type JournalRecord, nextOrderStatus, type OrderChange, type OrderStatus, type PairEvent, type UnixMicros } from '@arb/core';
import { fromMoney, NO_TICK, ORDER_CHANGE_CODES, ORDER_TYPE_CODES, ORIGIN_CODES, TIME_IN_FORCE_CODES } from '@arb/core/internal';

/** One order from its reason to its end, as the journal tells it. */
export interface OrderStory {
  readonly orderId: string;
  readonly strategyId: string;
  readonly instrument: Instrument;
  readonly side: 'buy' | 'sell';
  readonly type: string;
  readonly timeInForce: string;
  readonly isPostOnly: boolean;
  readonly isReduceOnly: boolean;
  readonly createdAt: UnixMicros;
  /** What the pair was doing when it sent the order; undefined for orders a strategy sent by hand. */
  readonly because: PairEvent | undefined;
  /** What the strategy gave as its reason for an order by hand; undefined where it gave none. */
  readonly reason: unknown;
  readonly events: readonly StoryEvent[];
  /** As it was made. */
  readonly created: { readonly price: Decimal | undefined; readonly quantity: Decimal };
  /** As last amended. */
  readonly price: Decimal | undefined;
  readonly triggerPrice: Decimal | undefined;
  readonly quantity: Decimal;
  readonly filledQuantity: Decimal;
  readonly averagePrice: Decimal | undefined;
  readonly status: OrderStatus;
  /** The pair's round trip the order belongs to. */
  readonly trip: RoundTripMoney | undefined;
}

/** One thing that happened to an order. */
export interface StoryEvent {
  readonly type: string;
  /** When it was known to us, and when it happened at the venue, µs. */
  readonly tsInit: UnixMicros;
  readonly tsEvent: UnixMicros;
  readonly code: string;
  readonly reason: string;
  /** A fill, or one taken back. */
  readonly fill: { readonly quantity: Decimal; readonly price: Decimal; readonly liquidity: 'maker' | 'taker'; readonly origin: string; readonly fee: Decimal; readonly feeCurrency: string; readonly position: Decimal } | undefined;
  /** New terms of an amendment. */
  readonly amended: { readonly price: Decimal; readonly quantity: Decimal } | undefined;
}

/** What a pair's round trip came to in each currency: what was paid and received for both legs, less fees, with its share of funding. Exact once both legs are closed. */
export interface RoundTripMoney {
  readonly from: UnixMicros;
  /** Undefined while it is open: the flows then hold what the position cost. */
  readonly to: UnixMicros | undefined;
  readonly flows: ReadonlyMap<string, Decimal>;
  readonly fees: ReadonlyMap<string, Decimal>;
  readonly funding: ReadonlyMap<string, Decimal>;
}

const nameOf = (codes: Readonly<Record<string, number>>, code: unknown): string => Object.keys(codes).find((name) => codes[name] === code) ?? `code ${String(code)}`;

/**
 * Follows one order through a journal.
 *
 * @throws ArbError `ARB_UNKNOWN_ORDER` naming the ids there are, `ARB_BAD_JOURNAL`
 */
export function readOrderStory(journal: Iterable<JournalRecord>, orderId: string): OrderStory {
  const teller = new StoryTeller(orderId);
  for (const record of journal) teller.read(record);
  return teller.story();
}

/** A pair's money while it is gathered. */
class Trip implements RoundTripMoney {
  readonly from: UnixMicros;
  to: UnixMicros | undefined;
  readonly flows = new Map<string, Decimal>();
  readonly fees = new Map<string, Decimal>();
  readonly funding = new Map<string, Decimal>();

  constructor(from: UnixMicros) { this.from = from; }

  add(kind: 'flows' | 'fees' | 'funding', currency: string, amount: Decimal): void { this[kind].set(currency, (this[kind].get(currency) ?? new Decimal(0)).plus(amount)); }
}

/** A pair on its way through the journal: what it last said, and the money of its round trip. */
interface Pair { readonly strategy: string; event: PairEvent; trip: Trip }

/** Reads records in order; keeps of all other orders only what the round trip needs. */
class StoryTeller {
  readonly #orderId: string;
  readonly #instruments = new Map<string, Instrument>();
  readonly #pairs = new Map<string, Pair>();
  /** Instrument of each order, and lots a strategy holds of an instrument. */
  readonly #orders = new Map<string, Instrument>();
  readonly #held = new Map<string, number>();
  #run = '';
  #reason: unknown;
  #created: { readonly record: JournalRecord; readonly instrument: Instrument; readonly because: PairEvent | undefined; readonly trip: Trip | undefined; readonly reason: unknown } | undefined;
  readonly #events: StoryEvent[] = [];
  #status: OrderStatus = 'INITIALIZED';
  #tick = NO_TICK;
  #lots = 0;
  #filledLots = 0;
  #filledValue = new Decimal(0);

  constructor(orderId: string) { this.#orderId = orderId; }

  read(record: JournalRecord): void {
    const { kind, fields } = record;
    switch (kind) {
      case 'RunStarted': this.#run = text(fields['run']); break;
      case 'Instrument': this.#instruments.set(text(fields['instrument']), new Instrument(JSON.parse(text(fields['json'])) as InstrumentSpec)); break;
      case 'PairEvent': this.#pairEvent(text(fields['pair']), JSON.parse(text(fields['json'])) as PairEvent); break;
      case 'Decision': this.#reason = (JSON.parse(text(fields['json'])) as { readonly reason: unknown }).reason; break;
      case 'OrderCreated': this.#orderCreated(record); break;
      case 'OrderChanged': this.#orderChanged(record); break;
      case 'OrderAmended': this.#orderAmended(record); break;
      case 'Fill': this.#fill(record); break;
      case 'FundingPayment': this.#funding(record); break;
      default:
    }
  }

  story(): OrderStory {
    if (this.#created === undefined) throw new ArbError('ARB_UNKNOWN_ORDER', `the journal has no order "${this.#orderId}"; ${knownIds([...this.#orders.keys()])}`, { orderId: this.#orderId });
    const { record: { fields, tsInit }, instrument, because, trip, reason } = this.#created;
    const flags = Number(fields['flags']);
    return {
      orderId: this.#orderId, strategyId: text(fields['strategy']), instrument, side: fields['side'] === 1 ? 'buy' : 'sell', createdAt: tsInit,
      type: nameOf(ORDER_TYPE_CODES, fields['type']), timeInForce: nameOf(TIME_IN_FORCE_CODES, fields['timeInForce']), isPostOnly: (flags & 1) !== 0, isReduceOnly: (flags & 2) !== 0,
      because, reason, events: this.#events, created: { price: priceAt(instrument, Number(fields['tick'])), quantity: instrument.lotsToDecimal(Number(fields['lots'])) },
      price: priceAt(instrument, this.#tick), triggerPrice: priceAt(instrument, Number(fields['triggerTick'])),
      quantity: instrument.lotsToDecimal(this.#lots), filledQuantity: instrument.lotsToDecimal(this.#filledLots),
      averagePrice: this.#filledLots === 0 ? undefined : this.#filledValue.div(this.#filledLots), status: this.#status, trip,
    };
  }

  #pairEvent(strategy: string, event: PairEvent): void {
    const key = `${strategy} ${event.long} ${event.short}`;
    const pair = this.#pairs.get(key) ?? { strategy, event, trip: new Trip(event.at) };
    this.#pairs.set(key, pair);
    if (event.type === 'PairEntering') pair.trip = new Trip(event.at);
    if (event.type === 'PairFlat') pair.trip.to = event.at;
    pair.event = event;
  }

  #orderCreated(record: JournalRecord): void {
    const { fields } = record;
    const id = this.#idOf(fields);
    const instrument = this.#instrument(fields['instrument']);
    const reason = this.#reason;                                             // stands right before its order
    this.#reason = undefined;
    this.#orders.set(id, instrument);
    if (id !== this.#orderId) return;
    const isOfPair = (Number(fields['flags']) & 4) !== 0;
    const pair = isOfPair ? this.#pairOf(text(fields['strategy']), instrument.id) : undefined;
    this.#created = { record, instrument, because: pair?.event, trip: pair?.trip, reason };
    this.#tick = Number(fields['tick']);
    this.#lots = Number(fields['lots']);
  }

  #orderChanged({ fields, tsInit }: JournalRecord): void {
    if (this.#idOf(fields) !== this.#orderId) return;
    const type = nameOf(ORDER_CHANGE_CODES, fields['change']);
    this.#tell(type, tsInit, { tsEvent: Number(fields['tsEvent']), code: text(fields['code']), reason: text(fields['reason']) });
    if (isStatusChange(type)) this.#status = nextOrderStatus(this.#status, type);
  }

  #orderAmended({ fields, tsInit }: JournalRecord): void {
    if (this.#idOf(fields) !== this.#orderId) return;
    const { instrument } = this.#created!;
    const type = nameOf(ORDER_CHANGE_CODES, fields['change']);
    const [tick, lots] = [Number(fields['tick']), Number(fields['lots'])];
    this.#tell(type, tsInit, { tsEvent: Number(fields['tsEvent']), amended: { price: instrument.tickToDecimal(tick), quantity: instrument.lotsToDecimal(lots) } });
    if (type !== 'OrderModified') return;
    [this.#tick, this.#lots] = [tick, lots];
    this.#status = nextOrderStatus(this.#status, type);
  }

  #fill(record: JournalRecord): void {
    const { fields, tsInit } = record;
    const id = this.#idOf(fields);
    const instrument = this.#orders.get(id);
    if (instrument === undefined) return;
    const strategy = text(fields['strategy']);
    const [lots, tick] = [Number(fields['lots']), Number(fields['tick'])];
    const positionLots = Number(fields['positionLots']);
    const fee = fromMoney(fields['fee'] as bigint);
    const feeCurrency = text(fields['feeCurrency']);
    const holding = `${strategy} ${instrument.id}`;
    const bought = positionLots - (this.#held.get(holding) ?? 0);
    this.#held.set(holding, positionLots);
    const trip = this.#pairOf(strategy, instrument.id)?.trip;
    trip?.add('flows', instrument.settle, flowOf(instrument, bought, tick));
    trip?.add('fees', feeCurrency, fields['bust'] === 1 ? fee : fee.negated());
    if (id !== this.#orderId) return;
    const isBust = fields['bust'] === 1;
    this.#tell(isBust ? 'FillBusted' : 'OrderFilled', tsInit, {
      tsEvent: Number(fields['tsEvent']),
      fill: {
        quantity: instrument.lotsToDecimal(lots), price: instrument.tickToDecimal(tick), liquidity: fields['liquidity'] === 1 ? 'maker' : 'taker', origin: nameOf(ORIGIN_CODES, fields['origin']),
        fee, feeCurrency, position: instrument.lotsToDecimal(positionLots),
      },
    });
    this.#filledLots += isBust ? -lots : lots;
    this.#filledValue = this.#filledValue.plus(instrument.tickToDecimal(tick).times(isBust ? -lots : lots));
    this.#status = nextOrderStatus(this.#status, isBust ? (this.#filledLots === 0 ? 'FillBusted:all' : 'FillBusted:some') : this.#filledLots < this.#lots ? 'OrderFilled:partial' : 'OrderFilled:full');
  }

  /** A payment is for what the account holds; a pair's share goes by the lots its strategy holds. */
  #funding({ fields }: JournalRecord): void {
    const instrument = this.#instrument(fields['instrument']);
    const amount = fromMoney(fields['amount'] as bigint);
    for (const { strategy, event: { long, short }, trip } of this.#pairs.values()) {
      if (instrument.id !== long && instrument.id !== short) continue;
      const held = this.#held.get(`${strategy} ${instrument.id}`) ?? 0;
      if (held !== 0 && trip.to === undefined) trip.add('funding', instrument.settle, amount.times(held).div(Number(fields['lots'])));
    }
  }

  #tell(type: string, tsInit: UnixMicros, event: Pick<StoryEvent, 'tsEvent'> & Partial<StoryEvent>): void {
    this.#events.push({ code: '', reason: '', fill: undefined, amended: undefined, ...event, type, tsInit });
  }

  #pairOf(strategy: string, id: string): Pair | undefined {
    let last: Pair | undefined;
    for (const pair of this.#pairs.values()) {
      const { long, short, at } = pair.event;
      if (pair.strategy === strategy && (long === id || short === id) && (last === undefined || at >= last.event.at)) last = pair;
    }
    return last;
  }

  #idOf(fields: JournalRecord['fields']): string { return `${this.#run}-${text(fields['strategy'])}-${text(fields['order'])}`; }

  #instrument(id: unknown): Instrument {
    const instrument = this.#instruments.get(text(id));
    if (instrument === undefined) throw new ArbError('ARB_BAD_JOURNAL', `the journal does not say what ${text(id)} is; was it written by an older version? run the backtest again`, {});
    return instrument;
  }
}

/** What so many signed lots at a price move in the settlement currency. */
function flowOf(instrument: Instrument, lots: number, tick: number): Decimal {
  const units = instrument.lotsToDecimal(lots).times(instrument.multiplier);
  const price = instrument.tickToDecimal(tick);
  return instrument.isInverse ? units.div(price) : units.times(price).negated();
}

function isStatusChange(type: string): type is OrderChange {
  return ['OrderDenied', 'OrderEmulated', 'OrderReleased', 'OrderSubmitted', 'OrderAccepted', 'OrderRejected', 'OrderTriggered', 'OrderCanceled', 'OrderExpired'].includes(type);
}

function knownIds(ids: readonly string[]): string {
  if (ids.length === 0) return 'it has no orders at all';
  return `it has ${ids.length} order${ids.length === 1 ? '' : 's'}: ${ids.length <= 3 ? ids.join(', ') : `${ids[0]!}, ${ids[1]!} … ${ids.at(-1)!}`}; orders.csv lists them`;
}

function priceAt(instrument: Instrument, tick: number): Decimal | undefined { return tick === NO_TICK ? undefined : instrument.tickToDecimal(tick); }

function text(value: unknown): string { return String(value as string | number | bigint); }
