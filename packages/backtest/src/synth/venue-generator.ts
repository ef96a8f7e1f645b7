import { randomStream, type RandomStream } from '@arb/core/internal';
import { PRICE_KIND } from '../catalog/chunks.ts';
import { BookBuffer, type ChunkSinks, FundingBuffer, PriceBuffer, TradeBuffer } from './chunk-buffers.ts';
import { FeedLatency } from './feed-latency.ts';
import { FUNDING_TERMS, FundingSchedule } from './funding-schedule.ts';
import type { LatentMarket } from './latent-market.ts';
import { MarkPrice } from './mark-price.ts';
import type { SynthRecipe, VenueModel } from './recipe.ts';
import { type BookGrid, SynthBook } from './synth-book.ts';
import { TradeFlow } from './trade-flow.ts';
import { VenuePremium } from './venue-premium.ts';

const US_PER_MS = 1_000;

/** Powers of ten up to what a price or size grid needs. */
const TEN: readonly number[] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

/** Units of 10^-decimals in a step such as `0.001` or `0.5`. */
function readStep(text: string): { readonly mantissa: number; readonly scale: number } {
  const [whole = '0', fraction = ''] = text.split('.');
  return { mantissa: Number(whole + fraction), scale: TEN[fraction.length]! };
}

/** Makes everything one instrument publishes: book, trades, reference prices, funding. */
export class VenueGenerator {
  readonly book: SynthBook;
  readonly #model: VenueModel;
  readonly #stepUs: number;
  readonly #grid: BookGrid;
  readonly #premium: VenuePremium;
  readonly #flow: TradeFlow;
  readonly #funding: FundingSchedule;
  readonly #mark: MarkPrice;
  readonly #timing: RandomStream;
  readonly #referenceScale: number;
  readonly #buffers: { readonly book: BookBuffer; readonly trade: TradeBuffer; readonly price: PriceBuffer; readonly funding: FundingBuffer };
  readonly #latency: { readonly book: FeedLatency; readonly trade: FeedLatency; readonly price: FeedLatency; readonly funding: FeedLatency };
  #ratio: number;
  #isOpen = false;

  constructor(recipe: SynthRecipe, model: VenueModel, context: { readonly sinks: ChunkSinks; readonly market: LatentMarket; readonly until: number }) {
    const { spec } = model;
    const stream = (purpose: string): RandomStream => randomStream(recipe.seed, `synth.${spec.id}.${purpose}`);
    const price = readStep(spec.priceIncrement);
    const size = readStep(spec.sizeIncrement);
    this.#model = model;
    this.#stepUs = recipe.stepUs;
    this.#grid = { gridTicks: model.gridTicks, stepPrice: price.mantissa * model.gridTicks / price.scale, lotsPerUnit: size.scale / size.mantissa };
    this.#premium = new VenuePremium(recipe, model);
    this.book = new SynthBook(model.book, this.#grid, stream('book'));
    this.#flow = new TradeFlow(model.trades, this.#grid, { random: stream('trades'), stepSeconds: recipe.stepUs / 1_000_000 });
    this.#funding = new FundingSchedule(model.funding, stream('funding'));
    this.#mark = new MarkPrice(model.funding.rule, model.reference.everySeconds);
    this.#timing = stream('timing');
    this.#referenceScale = TEN[model.reference.decimals]!;
    const terms = FUNDING_TERMS[model.funding.rule];
    const { sinks, until } = context;
    this.#buffers = {
      book: new BookBuffer(sinks.sink('book', spec.id), until),
      trade: new TradeBuffer(sinks.sink('trade', spec.id), until),
      price: new PriceBuffer(sinks.sink('price', spec.id), { until, scale: model.reference.decimals }),
      funding: new FundingBuffer(sinks.sink('funding', spec.id), { until, rateScale: terms.rateDecimals, intervalUs: terms.intervalUs }),
    };
    const latency = (kind: string): FeedLatency => new FeedLatency(stream(`latency.${kind}`), model.latency);
    this.#latency = { book: latency('book'), trade: latency('trade'), price: latency('price'), funding: latency('funding') };
    this.#ratio = this.#premium.step(context.market);
    this.book.requote(context.market.price * this.#ratio / this.#grid.stepPrice, 1);
    this.book.dropChanges();
  }

  /** Mid price in quote currency. */
  get mid(): number {
    return (this.book.bestBid + this.book.bestAsk) / 2 * this.#grid.stepPrice;
  }

  /** From now on rows are written; the first is a snapshot of the book as it stands. */
  open(time: number): void {
    this.#isOpen = true;
    this.book.writeSnapshot(this.#buffers.book);
    this.#buffers.book.endMessage(time, this.#latency.book.arrivalOf(time));
  }

  /** Publishes what is due at a whole second: reference prices, premium sample, funding. @param peerMid mid of the other venues */
  atSecond(time: number, market: LatentMarket, peerMid: number): void {
    const { reference: { everySeconds }, funding } = this.#model;
    if (time % (everySeconds * 1_000_000) !== 0) return;
    const { stepPrice } = this.#grid;
    const index = Math.floor(market.price * this.#referenceScale + 0.5);
    const reference = index / this.#referenceScale;
    const impact = { bid: this.book.impactPrice(0, funding.impactUsd) * stepPrice, ask: this.book.impactPrice(1, funding.impactUsd) * stepPrice, reference };
    const fundingRate = this.#funding.lastRate;
    const shareLeft = this.#funding.shareLeft(time);
    const last = this.#flow.lastPrice === 0 ? this.mid : this.#flow.lastPrice * stepPrice;
    const mark = this.#mark.next({ reference, bid: this.book.bestBid * stepPrice, ask: this.book.bestAsk * stepPrice, last, peerMid, fundingRate, shareLeft });
    if (this.#isOpen) {
      const tsInit = this.#latency.price.arrivalOf(time);
      const kind = funding.rule === 'hyperliquid' ? PRICE_KIND.oracle : PRICE_KIND.index;
      this.#buffers.price.add({ tsEvent: time, tsInit, value: index, kind });
      this.#buffers.price.add({ tsEvent: time, tsInit, value: Math.floor(mark * this.#referenceScale + 0.5), kind: PRICE_KIND.mark });
    }
    this.#funding.at(time, impact, { funding: this.#buffers.funding, latency: this.#latency.funding, isOpen: this.#isOpen });
  }

  /** One step of the simulation, beginning at `time`; the latent price has already moved to the step's end. */
  step(time: number, market: LatentMarket): void {
    this.#ratio = this.#premium.step(market);
    const { quiet, perVolatility } = this.#model.messages;
    const clusters = this.#flow.draw(market.volatility);
    const hasMessage = this.#timing.coarse() < quiet + perVolatility * market.volatility;
    // A stamp inside the step, in whole milliseconds as venues give it, never on its border.
    const stepMs = this.#stepUs / US_PER_MS;
    const stamp = time + US_PER_MS * (2 + Math.floor(this.#timing.coarse() * (stepMs - 3)));
    if (!hasMessage && clusters === 0) return;
    const target = market.price * this.#ratio / this.#grid.stepPrice;
    const move = target - (this.book.bestBid + this.book.bestAsk) / 2;
    if (clusters > 0) {
      // The step's clusters share the milliseconds before its book message evenly.
      const free = (stamp - time) / US_PER_MS - 1;
      const moment = { tsEvent: time, direction: move > 1 ? 1 : move < -1 ? -1 : 0 };
      const out = { trades: this.#buffers.trade, latency: this.#latency.trade, isOpen: this.#isOpen };
      for (let cluster = 1; cluster <= clusters; cluster++) {
        moment.tsEvent = time + US_PER_MS * (1 + Math.floor((free - 1) * cluster / clusters));
        this.#flow.execute(this.book, moment, out);
      }
    }
    this.book.requote(target, market.volatility);
    if (!this.#isOpen) this.book.dropChanges();
    else if (this.book.writeChanges(this.#buffers.book)) this.#buffers.book.endMessage(stamp, this.#latency.book.arrivalOf(stamp));
  }

  /** Hands on what is still gathered. */
  flush(): void {
    for (const buffer of Object.values(this.#buffers)) buffer.flush();
  }
}
