import { type HedgedPair, type Instrument, type Journal, type Order, type OrderEvent, parseTime, topics, type UnixMicros, VENUE_PROFILES, type VenueId } from '@arb/core';
import { HashJournal, Kernel, type KernelObserver, MICROS_PER_HOUR, MICROS_PER_MS, POW10_NUMBER, randomStream, type StrategyRunner } from '@arb/core/internal';
import { applyMarginTerms } from '../engine/apply-margin-terms.ts';
import { venueTermsOf } from '../engine/venue-terms-of.ts';
import { LANE_RESPONSE, LANE_TIMER, type Lane } from '../replay/lane.ts';
import { deposits, SimulatedVenue } from '../venue/simulated-venue.ts';
import type { Schedule } from './fault-schedule.ts';
import { FaultyLatency } from './faulty-latency.ts';
import type { FuzzLeg, FuzzSite } from './fuzz-leg.ts';
import { FuzzMarket, type Levels } from './fuzz-market.ts';
import type { FuzzPlan } from './fuzz-plan.ts';
import { SecondBooks } from './second-books.ts';
import { VenueLine } from './venue-line.ts';

/** Twenty seconds before a funding boundary of every venue. */
const START_AT: UnixMicros = parseTime('2025-01-01T07:59:40Z');

/** Who watches a world while it runs. */
export interface WorldWatcher {
  sent(order: Order): void;
  event(event: OrderEvent): void;
}

/** A fresh kernel with simulated venues, the lines between them, and the markets of one schedule. */
export class FuzzWorld {
  readonly kernel: Kernel;
  readonly legs: readonly FuzzLeg[];
  readonly sites: ReadonlyMap<VenueId, FuzzSite>;
  readonly books: SecondBooks;
  readonly market: FuzzMarket;
  readonly plan: FuzzPlan;
  readonly schedule: Schedule;
  readonly startAt: UnixMicros = START_AT;
  watcher: WorldWatcher | undefined;
  readonly #journal: HashJournal = new HashJournal();
  readonly #sites = new Map<VenueId, FuzzSite>();
  readonly #lanes: readonly Lane[];
  readonly #forcedAt = new Map<Instrument, UnixMicros>();

  /** @param tell hears what happens, a line each: faults and what pairs and orders do */
  constructor(schedule: Schedule, plan: FuzzPlan, tell?: (line: string) => void) {
    this.schedule = schedule;
    this.plan = plan;
    this.market = new FuzzMarket(schedule.seed);
    const observer: KernelObserver = {
      orderSent: (order) => {
        tell?.(`${order.id} leaves: ${order.side} ${order.quantity.toFixed()} ${order.instrument.id} at ${order.instrument.tickToDecimal(order.tick).toFixed()}${order.reduceOnly ? ', reduce-only' : ''}`);
        this.watcher?.sent(order);
      },
      ...(tell === undefined ? {} : {
        orderClosed: (order, _at, reason) => { tell(`${order.id} is ${order.status}, ${order.filledQuantity.toFixed()} filled${reason === '' ? '' : `: ${reason}`}`); },
        pairEvent: (id, { type, reason, longQuantity, shortQuantity }) => { tell(`${id} ${type} ${longQuantity} / ${shortQuantity}: ${reason}`); },
      }),
      forcedFill: (_venue, { instrument }, shares) => { for (const { strategyId, lots } of shares) this.books.share(strategyId, instrument, lots); },
    };
    const journal: Journal = this.#journal;
    this.kernel = new Kernel({ run: 'fuzz', startAt: START_AT, seed: schedule.seed, limits: plan.limits, forbidsAsync: true, journal, observers: [observer] });
    this.books = new SecondBooks(() => this.kernel.now());
    this.legs = plan.instruments.map((spec) => this.#addLeg(spec));
    this.sites = this.#sites;
    for (const { id, Class, input, capitalUsd } of plan.strategies) {
      this.kernel.addStrategy(Class, input, { id, ...(capitalUsd === undefined ? {} : { capitalUsd }) });
      this.kernel.bus.subscribe(topics.orders(id), (event) => { this.watcher?.event(event); });
    }
    this.#lanes = this.#makeLanes();
  }

  get now(): UnixMicros { return this.kernel.now(); }
  get runners(): readonly StrategyRunner[] { return this.kernel.runners; }
  get pairs(): readonly HedgedPair[] {
    const { runners } = this.kernel;
    return runners.length === 1 ? runners[0]!.pairs : runners.flatMap((runner) => runner.pairs);
  }

  /** The journal so far as one hash; nothing may happen after. */
  journalHash(): string {
    this.kernel.journal.flush();
    return this.#journal.digest();
  }

  start(): void {
    for (const leg of this.legs) this.show(leg);
    for (const leg of this.legs) if (leg.instrument.kind === 'perpetual') this.rate(leg, '0.01', 'predicted');
    this.kernel.start();
    this.kernel.ready();
  }

  /** Shows the next book of a leg; the feed repeats it unless it stands still. */
  show(leg: FuzzLeg): void {
    const { instrument, engine } = leg;
    const book = this.market.book(instrument, this.now < leg.shapeUntil ? leg.shape : undefined);
    leg.shown.push({ at: this.now, book });
    leg.site.venue.at(this.now);
    engine.replace(book.bids, book.asks);
    if (this.now >= leg.feedUntil) this.#feed(leg, book);
    this.kernel.drain();
  }

  /** A funding rate: predicted, or settled for the boundary just past. With it the mark and the oracle price. */
  rate(leg: FuzzLeg, ratePct: string, kind: 'predicted' | 'settled'): void {
    const { instrument, site: { venue } } = leg;
    const intervalHours = venue.terms.funding === 'lump-at-mark' ? 8 : 1;
    const intervalMicros = intervalHours * MICROS_PER_HOUR;
    const settlesAt = (Math.floor(this.now / intervalMicros) + (kind === 'settled' ? 0 : 1)) * intervalMicros;
    const rateDecimals = 8;
    const rate = BigInt(Math.round(Number(ratePct) * 1e6));
    this.#price(leg);
    venue.fundingRate(instrument, { rate, rateDecimals, intervalMicros, settlesAt, isSettled: kind === 'settled' });
    this.kernel.fundingRate({ instrumentId: instrument.id, rate, rateDecimals, rateNumber: Number(rate) / POW10_NUMBER[rateDecimals]!, intervalHours, kind, settlesAt, tsEvent: this.now, tsInit: this.now });
    this.kernel.drain();
  }

  /** The venue closes a part of what it holds for us, at the price it has. */
  force(leg: FuzzLeg, fraction: number, origin: 'LIQUIDATION' | 'ADL'): void {
    const { instrument, site: { venue } } = leg;
    if (instrument.kind === 'spot') return;
    const lots = Math.max(1, Math.round(Math.abs(venue.account.lots(instrument)) * fraction));
    venue.at(this.now);
    this.#forcedAt.set(instrument, this.now);
    venue.force(instrument, { lots, tick: instrument.roundToTick(this.market.price(instrument.base)), origin });
  }

  /** The venue takes back one of the fills it told; none from before it closed something by force: what that left would be nobody's. */
  bust(pick: number): void {
    const { fills } = this.books;
    const found = fills.length === 0 ? undefined : fills[pick % fills.length]!;
    if (found === undefined || found.tsEvent <= (this.#forcedAt.get(found.order.instrument) ?? 0)) return;
    const [fill] = fills.splice(pick % fills.length, 1);
    const { order, report } = fill!;
    const { venue } = this.#sites.get(order.instrument.venue)!;
    venue.at(this.now);
    venue.account.fill(order.instrument, -order.sign * report.lots, { report: { ...report, fillId: `bust ${report.fillId}`, fee: -report.fee }, at: this.now });
    this.books.busted(fill!);
    this.kernel.fillBusted(order, this.now, report);
    this.kernel.drain();
  }

  /** Handles everything up to a time, one event after the other. @param looked called after each; false ends it */
  advance(until: UnixMicros, looked: () => boolean): boolean {
    for (;;) {
      let next = Infinity;
      let first: Lane | undefined;
      for (const lane of this.#lanes) {
        const at = lane.nextAt();
        if (at < next) { next = at; first = lane; }
      }
      if (first === undefined || next > until) break;
      first.step(next);
      if (!looked()) return false;
    }
    if (until > this.now) this.kernel.advance(until);
    return true;
  }

  #feed({ instrument }: FuzzLeg, book: { readonly bids: Levels; readonly asks: Levels }): void {
    const local = this.kernel.bookOf(instrument);
    local.clear();
    for (const [tick, lots] of book.bids) local.setBid(tick, lots);
    for (const [tick, lots] of book.asks) local.setAsk(tick, lots);
    this.kernel.bookUpdated(local, this.now);
  }

  /** Mark and oracle prices as the market is now. */
  mark(leg: FuzzLeg): void {
    if (leg.instrument.kind === 'spot') return;
    this.#price(leg);
    this.kernel.drain();
  }

  #price({ instrument, site: { venue } }: FuzzLeg): void {
    const price = { mantissa: BigInt(Math.round(this.market.price(instrument.base) * 100)), decimals: 2 };
    venue.at(this.now);
    for (const kind of ['mark', 'oracle'] as const) {
      venue.price(instrument, kind, { ...price, at: this.now });
      this.kernel.price(instrument, this.now, { kind, ...price });
    }
  }

  #addLeg(spec: FuzzPlan['instruments'][number]): FuzzLeg {
    const name = spec.id.slice(spec.id.lastIndexOf('.') + 1);
    const site = this.#sites.get(name) ?? this.#addSite(name);
    const instrument: Instrument = this.kernel.addInstrument(spec);
    const engine = site.venue.addInstrument(instrument);
    applyMarginTerms(this.kernel, instrument, { terms: site.venue.terms, profile: this.kernel.profile(name) });
    const unit = instrument.lotSize * instrument.multiplier.toNumber();
    return { instrument, engine, site, unit, minNotional: instrument.minNotional.toNumber(), shape: undefined, shapeUntil: 0, feedUntil: 0, shown: [] };
  }

  #addSite(name: VenueId): FuzzSite {
    const config = this.plan.venues[name] ?? {};
    const profile = Object.values(VENUE_PROFILES).find((known) => known.name === config.profile);
    const latency = new FaultyLatency(randomStream(this.schedule.seed, `fuzz.latency.${name}`), this.schedule.latencyMs);
    const terms = {
      ...venueTermsOf(name, { config, profile, seed: this.schedule.seed }), entry: { submit: latency.submit, modify: latency.other, cancel: latency.other }, response: latency.other, fillResponse: latency.other,
    };
    const line = new VenueLine(this.kernel, this.books);
    const venue = new SimulatedVenue(terms, line, () => this.kernel.now());
    this.kernel.addVenue(profile, venue);
    this.kernel.portfolio.account(name).configure({ marginMode: terms.marginMode, leverage: terms.maxLeverage });
    for (const { currency, amount } of deposits(terms)) {
      this.kernel.balanceChanged({ venue: name, currency, amount, kind: 'deposit', tsEvent: START_AT });
      this.books.deposit(name, currency, amount);
    }
    this.kernel.drain();
    const site: FuzzSite = { venue, line, latency, refusesUntil: 0 };
    this.#sites.set(name, site);
    return site;
  }

  #makeLanes(): Lane[] {
    const { kernel } = this;
    const timers: Lane = { laneClass: LANE_TIMER, nextAt: () => kernel.nextTimerAt(), step: (at) => { if (at > kernel.now()) kernel.advance(at); kernel.fireTimers(); return 0; } };
    const sites = [...this.#sites.values()];
    const held = sites.map(({ line }): Lane => ({ laneClass: LANE_RESPONSE, nextAt: () => line.nextAt(), step: (at) => line.step(at) }));
    return [...sites.flatMap(({ venue }) => venue.lanes), ...held, timers].sort((a, b) => a.laneClass - b.laneClass);
  }
}

/** Milliseconds of a run as time. */
export function atMs(world: FuzzWorld, ms: number): UnixMicros { return world.startAt + ms * MICROS_PER_MS; }
