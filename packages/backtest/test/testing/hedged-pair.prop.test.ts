import { Decimal, type HedgedPair, type InstrumentId, type Order, type OrderEvent, Strategy, topics } from '@arb/core';
import { type FillReport, NO_PRICE, type RandomStream, randomStream } from '@arb/core/internal';
import { instrumentId } from '@arb/core/zod';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { simulate, type Simulation } from '../../src/testing.ts';
import type { SimulatedVenue } from '../../src/venue/simulated-venue.ts';

const MAX_UNHEDGED_MS = 3_000;
/** Schedules of each kind. */
const RUNS = 8;

class Carry extends Strategy.with(z.strictObject({ long: instrumentId(), short: instrumentId(), hasOpposite: z.boolean() })) {
  readonly pair = this.#make(this.config.long, this.config.short);
  /** The same legs the other way round, so that each holds what the other wants to reduce. */
  readonly opposite = this.config.hasOpposite ? this.#make(this.config.short, this.config.long) : undefined;
  isBroken = false;

  #make(long: InstrumentId, short: InstrumentId): HedgedPair { return this.hedgedPair({ long, short, maxUnhedgedMs: MAX_UNHEDGED_MS, maxUnhedgedUsdSeconds: 1e9, maxRetries: 2 }); }

  override onStart(): void {
    this.subscribe.book([this.config.long, this.config.short]);
    this.clock.setTimer('work', { everyMs: 500 }, () => { if (this.isBroken) throw new Error('broken'); });
  }
}

const LEGS: readonly (readonly [InstrumentId, InstrumentId])[] = [
  ['BTC-USD-PERP.HYPERLIQUID', 'BTCUSDT-PERP.BYBIT'], ['BTCUSDT-PERP.BYBIT', 'BTC-USD-PERP.HYPERLIQUID'], ['BTCUSDT.BINANCE', 'BTCUSDT-PERP.BYBIT'], ['BTCUSDT-PERP.BYBIT', 'BTCUSD-PERP.BINANCE'],
];

interface Fill { readonly order: Order; readonly report: FillReport }

/** What may happen besides books that move and decisions at any time. */
interface Wildness { readonly rejects: boolean; readonly loses: boolean; readonly liquidates: boolean; readonly busts: boolean; readonly restarts: boolean; readonly empties: boolean; readonly faults: boolean; readonly hasOpposite: boolean }

/** One seeded course of events; what it breaks is kept in words. */
class Schedule {
  readonly sim: Simulation<typeof Carry>;
  readonly broken: string[] = [];
  readonly log: string[] = [];
  readonly #random: RandomStream;
  readonly #wild: Wildness;
  readonly #legs: readonly [InstrumentId, InstrumentId];
  readonly #fills: Fill[] = [];
  #price = 60_000;
  #isCalm = false;
  #hasBusted = false;
  #latencyMs = 20;

  constructor(seed: number, wild: Wildness) {
    this.#random = randomStream(seed, 'pair');
    this.#wild = wild;
    this.#legs = LEGS[wild.hasOpposite ? this.#int(0, 1) : this.#int(0, LEGS.length - 1)]!;
    const [long, short] = this.#legs;
    const margin = wild.liquidates ? { marginMode: 'isolated' as const, maxLeverage: 5 } : { marginMode: 'cross' as const, maxLeverage: 3 };
    this.sim = simulate(Carry, { long, short, hasOpposite: wild.hasOpposite }, { seed, margin: { BYBIT: margin, HYPERLIQUID: margin, BINANCE: margin }, balances: { BINANCE: ['100000 USDT', '3 BTC'], BYBIT: ['100000 USDT'], HYPERLIQUID: ['100000 USDC'] } });
    this.sim.kernel.portfolio.setRate('BTC', 60_000n, 0);
    for (const id of this.#legs) {
      const terms = this.#venue(id).terms as unknown as Record<string, unknown>;
      const model = { sample: (): number => this.#latency() };
      const lossy = { sample: (): number => (wild.loses && !this.#isCalm && this.#chance(0.05) ? -this.#int(1, 9_000) * 1_000 : this.#latency()) };
      terms['response'] = model;
      terms['fillResponse'] = this.#chance(0.5) ? model : { sample: (): number => this.#latency() };
      terms['entry'] = { submit: lossy, modify: model, cancel: model };
      this.#book(id);
    }
    this.sim.kernel.bus.subscribe(topics.orders('test'), (event: OrderEvent) => { if (event.type === 'OrderFilled') this.#fills.push({ order: event.order, report: event.report }); });
    const sent = this.sim.orders as Order[];
    const push = sent.push.bind(sent);
    sent.push = (order: Order): number => { this.#sent(order); return push(order); };
    this.sim.advance({ ms: 1 });
  }

  run(steps: number): this {
    for (let i = 0; i < steps; i++) {
      this.#act();
      this.#pass(this.#chance(0.2) ? this.#int(1, 4_000) : this.#int(0, 120));
    }
    return this;
  }

  /** Calm markets again: what is open must come together, and then go. */
  settle(): this {
    this.#isCalm = true;
    this.log.push('calm');
    for (const id of this.#legs) { this.#mark(id, 1); this.#book(id, true); }
    this.#pass(30_000);
    const { pairs } = this.sim;
    for (const pair of pairs) if (pair.haltReason.startsWith('no answer') && pairs.length === 1) {
      this.log.push('reconcile');
      const at = (id: InstrumentId): string => { const { instrument } = this.sim.kernel.cache.state(id); return instrument.lotsToDecimal(this.sim.kernel.portfolio.strategyLots('test', id)).toFixed(); };
      pair.reconcile({ long: at(pair.long), short: at(pair.short) });
      this.#pass(30_000);
    }
    for (const pair of pairs) {
      if (pair.netQuantity !== '0') this.#wrong(`still ${pair.netQuantity} uncovered in calm markets`);
      if (pair.isNeutralising && !pair.haltReason.startsWith('no answer')) this.#wrong('still neutralising in calm markets');
      pair.exit();
    }
    this.#pass(30_000);
    for (const pair of pairs) if (![pair.longQuantity, pair.shortQuantity].every((quantity) => quantity.abs().lt('0.0002'))) this.#wrong(`did not leave: ${JSON.stringify(pair)}`);
    if (this.sim.kernel.portfolio.residual() !== 0n) this.#wrong('residual');
    this.#agree();
    return this;
  }

  #act(): void {
    const { pairs } = this.sim;
    const pair = pairs[this.#int(0, pairs.length - 1)]!;
    const wild = this.#wild;
    const id = this.#legs[this.#int(0, 1)]!;
    const roll = this.#int(0, 21);
    const say = (what: string): void => { this.log.push(`${this.sim.now / 1_000 % 1e9} ${what} [${pair.state} ${pair.longQuantity.toFixed()}/${pair.shortQuantity.toFixed()}]`); };
    if (roll <= 5) { say('enter'); pair.enter({ notionalUsd: this.#int(200, 9_000) }); }
    else if (roll <= 7) { say('exit'); pair.exit(); }
    else if (roll === 8) { say('resize'); pair.resize({ notionalUsd: this.#int(200, 9_000) }); }
    else if (roll === 9 && this.#chance(0.3)) { say('halt'); pair.halt('operator'); }
    else if (roll === 10) { say('resume'); pair.resume(); }
    else if (roll <= 14) { this.#price *= 1 + (this.#random.uniform() - 0.5) * 0.004; for (const leg of this.#legs) this.#book(leg); }
    else if (roll === 15 && wild.rejects) { say(`reject ${id}`); this.sim.venue(id.split('.')[1]!).rejectNext({ code: 'NO' }); }
    else if (roll === 16 && wild.liquidates && !id.endsWith('BTCUSDT.BINANCE')) {
      say(`liquidate ${id}`);
      this.#mark(id, id === this.#legs[0] ? 0.6 : 1.6);
      this.#mark(id, 1);
    } else if (roll === 17 && wild.busts) this.#bust();
    else if (roll === 18 && wild.restarts) { say('restart'); this.#restart(pair); }
    else if (roll === 19 && wild.faults && this.#chance(0.2)) { say('fault'); this.sim.strategy.isBroken = true; }
    else if (roll === 20) this.#latencyMs = this.#int(0, 60);
    else this.#book(id);
    this.sim.kernel.drain();
  }

  /** Time goes by in small steps, looked at after each. */
  #pass(ms: number): void {
    for (let left = ms; left > 0;) {
      const step = Math.min(left, this.#isCalm ? 1_000 : this.#int(1, 60));
      this.sim.advance({ ms: step });
      left -= step;
      if (!this.#isCalm && this.#chance(0.05)) for (const leg of this.#legs) this.#book(leg);
      this.#look();
    }
  }

  #look(): void {
    const { pairs } = this.sim;
    const own = this.sim.kernel.portfolio.strategy('test');
    for (const id of this.#legs) {
      const held = pairs.reduce((sum, pair) => sum.plus(pair.long === id ? pair.longQuantity : pair.shortQuantity), new Decimal(0));
      if (!own.quantity(id).eq(held)) this.#wrong(`the pairs hold ${held.toFixed()} of ${id}, the book ${own.quantity(id).toFixed()}`);
    }
    for (const pair of pairs) this.#lookAt(pair);
  }

  #lookAt(pair: HedgedPair): void {
    if (pair.netQuantity !== '0' && !pair.isNeutralising) this.#wrong(`uncovered and idle: ${JSON.stringify(pair)}`);
    if (!this.#hasBusted && (pair.longQuantity.lt(0) || pair.shortQuantity.gt(0))) this.#wrong(`flipped: ${JSON.stringify(pair)}`);
    if (JSON.stringify(pair.saveState()) !== JSON.stringify(JSON.parse(JSON.stringify(pair.saveState())))) this.#wrong('not JSON');
  }

  #sent(order: Order): void {
    const { pair } = this.sim.strategy;
    const held = order.instrumentId === pair.long ? pair.longQuantity : pair.shortQuantity;
    if (order.tick === NO_PRICE) this.#wrong('no limit price');
    this.log.push(`   sends ${order.side} ${order.quantity.toFixed()} ${order.instrumentId} ${order.reduceOnly ? 'R' : ''} [${pair.state} ${pair.longQuantity.toFixed()}/${pair.shortQuantity.toFixed()}]`);
    if (!this.#wild.hasOpposite && pair.state === 'HALTED' && (held.isZero() || held.isPositive() === (order.side === 'buy') || order.quantity.gt(held.abs()))) this.#wrong(`a halted pair sends ${order.side} ${order.quantity.toFixed()} of ${held.toFixed()}`);
  }

  #bust(): void {
    const fill = this.#fills[this.#int(0, this.#fills.length - 1)];
    if (fill === undefined) return;
    const { order, report } = fill;
    this.#fills.splice(this.#fills.indexOf(fill), 1);
    this.#hasBusted = true;
    this.log.push(`bust ${order.side} ${report.lots} ${order.instrumentId}`);
    this.#venue(order.instrumentId).account.fill(order.instrument, -order.sign * report.lots, { report: { ...report, fillId: `bust ${report.fillId}`, fee: -report.fee }, at: this.sim.now });
    this.sim.kernel.fillBusted(order, this.sim.now, report);
    this.sim.kernel.drain();
  }

  #restart(pair: HedgedPair): void {
    const saved = JSON.stringify(pair.saveState());
    for (const alert of ['retry', 'budget', 'answer']) this.sim.strategy.clock.cancel(`pair/${pair.long}/${pair.short}/${alert}`);
    pair.restoreState(JSON.parse(saved));
    if (JSON.stringify(pair.saveState()) !== saved) this.#wrong(`saved ${saved}, put back ${JSON.stringify(pair.saveState())}`);
  }

  #book(id: InstrumentId, isDeep = false): void {
    const { instrument } = this.sim.kernel.cache.state(id);
    const price = (factor: number, way: 'up' | 'down'): string => instrument.roundPrice(this.#price * factor, way).toFixed();
    const size = (): string => {
      const btc = isDeep ? 20 : [0.004, 0.03, 0.2, 5][this.#int(0, 3)]!;
      return (instrument.isInverse ? Math.ceil(btc * 600) : instrument.roundQuantity(btc, 'up').toFixed()).toString();
    };
    if (!isDeep && this.#wild.empties && this.#chance(0.1)) { this.sim.book(id, { bids: [], asks: [[price(1.0002, 'up'), size()]] }); return; }
    this.sim.book(id, { bids: [[price(0.9998, 'down'), size()], [price(0.998, 'down'), size()]], asks: [[price(1.0002, 'up'), size()], [price(1.002, 'up'), size()]] });
  }

  #mark(id: InstrumentId, factor: number): void {
    if (!id.includes('PERP')) return;
    this.sim.price(id, 'mark', (this.#price * factor).toFixed(1));
  }

  /** Venue and portfolio say the same. */
  #agree(): void {
    for (const id of this.#legs) {
      const { instrument } = this.sim.kernel.cache.state(id);
      const ours = this.sim.kernel.portfolio.account(instrument.venue).holding(instrument).basis.lots;
      const theirs = this.#venue(id).account.lots(instrument);
      if (ours !== theirs) this.#wrong(`${id}: the venue holds ${theirs}, we ${ours}`);
    }
  }

  #venue(id: InstrumentId): SimulatedVenue { return this.sim.venue(id.split('.')[1]!) as unknown as SimulatedVenue; }
  #latency(): number { return Math.floor(this.#random.uniform() * this.#latencyMs * 1_000); }
  #int(from: number, to: number): number { return from + Math.floor(this.#random.uniform() * (to - from + 1)); }
  #chance(of: number): boolean { return this.#random.uniform() < of; }
  #wrong(what: string): void { this.broken.push(`${this.sim.now / 1_000 % 1e9}: ${what}`); }
}

describe('a hedged pair on simulated venues', () => {
  const none: Wildness = { rejects: false, loses: false, liquidates: false, busts: false, restarts: false, empties: false, faults: false, hasOpposite: false };
  const all: Wildness = { rejects: true, loses: true, liquidates: true, busts: true, restarts: true, empties: true, faults: true, hasOpposite: false };

  it.each<readonly [string, Wildness]>([
    ['partial fills', none], ['rejections and empty books', { ...none, rejects: true, empties: true }], ['lost requests', { ...none, loses: true }], ['liquidations', { ...none, liquidates: true, rejects: true }],
    ['restarts', { ...none, restarts: true, rejects: true }], ['a strategy that throws', { ...none, faults: true, rejects: true }], ['fills taken back', { ...none, busts: true }], ['all of it', all],
    ['another pair that holds the opposite', { ...none, hasOpposite: true, rejects: true, restarts: true }],
  ])('REQ-A48 REQ-A79 is hedged, or on its way to it, after each step, never turns over a leg, and leaves in the end: %s', (_name, wild) => {
    for (let seed = 1; seed <= RUNS; seed++) {
      const { broken, log, sim } = new Schedule(seed, wild).run(40).settle();
      if (wild === none && sim.strategy.pair.maxUnhedgedMs > MAX_UNHEDGED_MS) broken.push(`unhedged for ${sim.strategy.pair.maxUnhedgedMs} ms`);
      expect(broken, `seed ${seed}\n${log.slice(-40).join('\n')}\n`).toEqual([]);
    }
  });
});
