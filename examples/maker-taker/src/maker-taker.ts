import { type BookView, Decimal, type Order, type OrderFilled, Strategy } from '@arb/core';
import { decimal, instrumentId } from '@arb/core/zod';
import { z } from 'zod';

const Config = z.strictObject({
  maker: instrumentId().describe('where it quotes, post-only'),
  hedge: instrumentId().describe('where every fill is hedged at once, as a taker'),
  quantity: decimal({ positive: true }).prefault('0.05').describe('size of each quote'),
  maxPosition: decimal({ positive: true }).prefault('0.2').describe('no more than this is held on either venue'),
  edgeBps: z.number().default(8).describe('a fill must be better than the price of its hedge by this much; it has to pay the fees of both'),
  requoteBps: z.number().min(0).default(1).describe('a quote stays while its price is within this of where it should be'),
  maxHedgeSlippageBps: z.number().default(10).describe('how far a hedge may go into its book'),
});

/** Quotes both sides on one venue and takes every partial fill to the other; what is less than one lot of the hedge is carried. The rules in words are in README.md. */
export class MakerTaker extends Strategy.with(Config) {
  /** Bought (or with a minus sold) on the maker venue and not yet on the other. */
  private readonly state = this.saved({ owed: new Decimal(0) });
  private readonly quotes: { buy?: Order; sell?: Order } = {};

  override onStart(): void {
    this.subscribe.book(this.config.hedge, (book) => { this.requote(book); });
    this.subscribe.book(this.config.maker, () => undefined);
  }

  override onReady(): void {
    for (const order of this.cache.openOrders({ instrumentId: this.config.maker })) this.quotes[order.side] = order;      // after a restart
    this.hedgeOwed();
  }

  override onOrderFilled({ order, lastQuantity }: OrderFilled): void {
    if (order.instrumentId !== this.config.maker) return;
    this.state.owed = order.side === 'buy' ? this.state.owed.plus(lastQuantity) : this.state.owed.minus(lastQuantity);
    this.hedgeOwed();
  }

  override onOrderClosed(order: Order): void {                          // filled, canceled, expired, rejected or denied
    if (order.instrumentId !== this.config.hedge || order.leavesQuantity.isZero()) return;
    this.state.owed = order.side === 'sell' ? this.state.owed.plus(order.leavesQuantity) : this.state.owed.minus(order.leavesQuantity);
    this.clock.setAlert('hedge', { inMs: 250 }, () => { this.hedgeOwed(); });
  }

  private requote(book: BookView): void {
    const { edgeBps, maker, quantity } = this.config;
    const instrument = this.cache.instrument(maker);
    const edge = edgeBps / 10_000;
    const [sold, bought] = [book.walk('sell', { quantity }), book.walk('buy', { quantity })];
    this.quote('buy', sold.isFilled ? instrument.roundPrice(sold.averagePrice * (1 - edge), 'down') : undefined);
    this.quote('sell', bought.isFilled ? instrument.roundPrice(bought.averagePrice * (1 + edge), 'up') : undefined);
  }

  /** Puts, moves or takes back the quote of one side. */
  private quote(side: 'buy' | 'sell', wanted: Decimal | undefined): void {
    const { maker, quantity, requoteBps } = this.config;
    const open = this.quotes[side];
    const isOpen = open !== undefined && !open.isClosed;
    const price = wanted === undefined || !this.hasRoom(side) ? undefined : this.behindTheTouch(side, wanted);
    if (price === undefined) {
      if (isOpen && !open.isPendingCancel) this.cancel(open);
    } else if (!isOpen) {
      this.quotes[side] = this.order.limit({ instrumentId: maker, side, quantity, price, postOnly: true, reason: { edgeBps: this.config.edgeBps } });
      this.submit(this.quotes[side]);
    } else if (!open.isPendingModify && !open.isPendingCancel && open.price!.minus(price).abs().div(price).times(10_000).gt(requoteBps)) this.modify(open, { price });
  }

  /** A post-only order that would take is rejected: it rests at the touch at best. */
  private behindTheTouch(side: 'buy' | 'sell', price: Decimal): Decimal | undefined {
    const book = this.cache.book(this.config.maker);
    if (!book?.isTwoSided) return undefined;
    const touch = this.cache.instrument(this.config.maker).roundPrice(side === 'buy' ? book.bestBid : book.bestAsk, side === 'buy' ? 'down' : 'up');
    return side === 'buy' ? Decimal.min(price, touch) : Decimal.max(price, touch);
  }

  private hasRoom(side: 'buy' | 'sell'): boolean {
    const { maker, maxPosition, quantity } = this.config;
    const held = this.portfolio.quantity(maker);
    return (side === 'buy' ? held.plus(quantity) : held.negated().plus(quantity)).lte(maxPosition);
  }

  /** Sends what is owed, in whole lots; the rest waits for the next fill. */
  private hedgeOwed(): void {
    const { hedge, maxHedgeSlippageBps } = this.config;
    const { owed } = this.state;
    const quantity = this.cache.instrument(hedge).roundQuantity(owed.abs(), 'down');
    if (quantity.isZero()) return;
    const side = owed.isPositive() ? 'sell' : 'buy';
    this.state.owed = side === 'sell' ? owed.minus(quantity) : owed.plus(quantity);
    this.submit(this.order.market({ instrumentId: hedge, side, quantity, maxSlippageBps: maxHedgeSlippageBps, reason: { owed } }));
  }
}
