import { ArbError, MICROS_PER_MS, MICROS_PER_SECOND } from '@arb/core/internal';
import type { HedgedPair } from '@arb/core';
import type { Fault, Schedule } from './fault-schedule.ts';
import { faultText, MAX_FAULT_MS, SCHEDULE_MS } from './fault-schedule.ts';
import type { FuzzLeg } from './fuzz-leg.ts';
import { defaultPlan, type FuzzPlan } from './fuzz-plan.ts';
import { atMs, FuzzWorld } from './fuzz-world.ts';
import { Invariants, type Violation } from './invariants.ts';

/** What a schedule led to. */
export interface Outcome {
  /** The first thing broken; undefined where all held. */
  readonly violation: Violation | undefined;
  /** sha256 of the journal. */
  readonly journalHash: string;
  readonly events: number;
  readonly fills: number;
}

const TICK_MS = 200;
const CALM_TICK_MS = 1_000;
const CALM_MS = 30_000;
/** Alerts of a pair, which a process that ends takes with it. */
const PAIR_ALERTS = ['retry', 'budget', 'answer', 'clip'] as const;

/** Runs one schedule through a fresh kernel and looks after every event.  */
export function runSchedule(schedule: Schedule, options: RunScheduleOptions = {}): Outcome { return new ScheduleRun(schedule, options).run(); }

/** How a schedule is run. */
export interface RunScheduleOptions {
  /** The pairs the schedule states unless given. */
  readonly plan?: FuzzPlan | undefined;
  /** Hears what happens, a line each with its time. */
  readonly tell?: (line: string) => void;
}

class ScheduleRun {
  readonly #schedule: Schedule;
  readonly #world: FuzzWorld;
  readonly #invariants: Invariants;
  readonly #look: () => boolean;
  readonly #tell: ((line: string) => void) | undefined;
  readonly #thrown = new Set<string>();
  #reducingUntil = 0;
  #events = 0;

  constructor(schedule: Schedule, { plan = defaultPlan(schedule), tell }: RunScheduleOptions) {
    this.#schedule = schedule;
    const stamped = (line: string): void => { tell?.(`${((this.#world.now - this.#world.startAt) / MICROS_PER_SECOND).toFixed(3).padStart(7)} s    ${line}`); };
    this.#tell = tell;
    this.#world = new FuzzWorld(schedule, plan, tell === undefined ? undefined : stamped);
    this.#invariants = new Invariants(this.#world);
    this.#look = () => {
      this.#events++;
      return this.#invariants.look();
    };
  }

  run(): Outcome {
    try { this.#course(); } catch (error) { this.#invariants.broken('no-exception', error instanceof ArbError ? `${error.code}: ${error.message}` : String(error instanceof Error ? error.stack : error)); }
    return { violation: this.#invariants.violation, journalHash: this.#world.journalHash(), events: this.#events, fills: this.#world.books.fills.length };
  }

  #course(): void {
    const world = this.#world;
    world.start();
    if (!this.#trouble()) return;
    for (const { venue, line, latency } of world.sites.values()) {
      venue.refusals.clear();
      line.calm();
      latency.losses = 0;
    }
    if (!this.#pass(SCHEDULE_MS + 1_000, SCHEDULE_MS + MAX_FAULT_MS)) return;
    this.#settleFunding();
    if (!this.#calm(SCHEDULE_MS + MAX_FAULT_MS)) return;
    for (const { state, faultError, id } of world.runners) {
      if (state === 'FAULTED' && !this.#thrown.has(id)) this.#invariants.broken('no-exception', `${id} is FAULTED: ${faultError?.message ?? ''}`);
    }
    this.#agree();
  }

  /** Faults at their times, markets that move between them. */
  #trouble(): boolean {
    const { faults } = this.#schedule;
    let next = 0;
    for (let ms = TICK_MS; ms <= SCHEDULE_MS; ms += TICK_MS) {
      for (; next < faults.length && faults[next]!.atMs <= ms; next++) {
        if (!this.#world.advance(atMs(this.#world, faults[next]!.atMs), this.#look)) return false;
        this.#apply(faults[next]!);
        if (!this.#look()) return false;
      }
      if (!this.#tick(ms)) return false;
    }
    return true;
  }

  #tick(ms: number): boolean {
    const world = this.#world;
    if (!world.advance(atMs(world, ms), this.#look)) return false;
    if (this.#reducingUntil !== 0 && world.now >= this.#reducingUntil) this.#trade('ACTIVE', 0);
    for (const base of new Set(world.legs.map(({ instrument }) => instrument.base))) world.market.move(base);
    for (const leg of world.legs) {
      if (ms % CALM_TICK_MS === 0) world.mark(leg);
      world.show(leg);
      if (!this.#look()) return false;
    }
    return true;
  }

  #pass(fromMs: number, toMs: number): boolean {
    for (let ms = fromMs; ms <= toMs; ms += CALM_TICK_MS) if (!this.#tick(ms)) return false;
    return true;
  }

  #settleFunding(): void {
    const rates = new Map<number, string>();
    for (const fault of this.#schedule.faults) if (fault.kind === 'funding') rates.set(fault.leg, fault.ratePct);
    this.#world.legs.forEach((leg, i) => { if (leg.instrument.kind === 'perpetual') this.#world.rate(leg, rates.get(i) ?? '0.01', 'settled'); });
  }

  /** Calm markets again: what is uncovered comes together, and then everything goes. */
  #calm(fromMs: number): boolean {
    if (!this.#pass(fromMs + CALM_TICK_MS, fromMs + CALM_MS)) return false;
    const { pairs } = this.#world;
    for (const pair of pairs) if (pair.isNeutralising) this.#invariants.broken('comes-together', `${nameOf(pair)} is still at it after ${CALM_MS / 1_000} s of calm: ${JSON.stringify(pair)}`);
    for (const pair of pairs) {
      pair.halt('the schedule is over');
      pair.exit();
    }
    this.#world.kernel.drain();
    if (!this.#look() || !this.#pass(fromMs + CALM_MS + CALM_TICK_MS, fromMs + 2 * CALM_MS)) return false;
    for (const { site: { venue }, instrument } of this.#world.legs) {
      const lots = Math.abs(venue.account.lots(instrument));
      if (lots * instrument.lotSize * instrument.multiplier.toNumber() * this.#world.market.price(instrument.base) <= dustUsd(instrument, pairs.length)) continue;
      this.#invariants.broken('comes-together', `${lots} lots of ${instrument.id} are left at the venue after an exit in calm markets: ${pairs.map((pair) => JSON.stringify(pair)).join(' ')}`);
    }
    return this.#invariants.violation === undefined;
  }

  /** In the end venue and books say the same. */
  #agree(): void {
    const { legs, books, sites } = this.#world;
    for (const { instrument, site: { venue } } of legs) {
      const theirs = venue.account.lots(instrument);
      if (theirs !== books.lots(instrument)) this.#invariants.broken('positions-agree', `${instrument.id}: the venue holds ${theirs} lots, told ${books.lots(instrument)}`);
    }
    if (legs.some(({ instrument, site }) => site.venue.account.lots(instrument) !== 0 && instrument.kind !== 'spot')) return;      // what is open has a cost that is not realised
    for (const [name, { venue }] of sites) {
      for (const [currency, cash] of venue.account.balances()) {
        if (cash !== books.cash(name, currency)) this.#invariants.broken('money-conserved', `${currency} at ${name}: the venue keeps ${cash} / 1e18, told ${books.cash(name, currency)} / 1e18`);
      }
    }
  }

  #apply(fault: Fault): void {
    const world = this.#world;
    const { now } = world;
    this.#tell?.(faultText(fault));
    switch (fault.kind) {
      case 'enter': case 'resize': case 'exit': case 'halt': case 'resume': case 'restart': this.#decide(fault); break;
      case 'bust': world.bust(fault.pick); break;
      case 'jump': for (const base of new Set(world.legs.map(({ instrument }) => instrument.base))) world.market.jump(base, fault.bps); for (const leg of world.legs) world.show(leg); break;
      case 'reducing': this.#trade('REDUCING', now + fault.forMs * MICROS_PER_MS); break;
      case 'throw': this.#throw(fault.strategy); break;
      default: this.#onLeg(fault, world.legs[fault.leg % world.legs.length]!);
    }
    world.kernel.drain();
  }

  #decide(fault: Extract<Fault, { readonly kind: 'enter' | 'resize' | 'exit' | 'halt' | 'resume' | 'restart' }>): void {
    const { pairs } = this.#world;
    const pair = pairs[fault.pair % Math.max(1, pairs.length)];
    if (pair === undefined) return;
    switch (fault.kind) {
      case 'enter': pair.enter({ notionalUsd: fault.notionalUsd }); break;
      case 'resize': pair.resize({ notionalUsd: fault.notionalUsd }); break;
      case 'exit': pair.exit(); break;
      case 'halt': pair.halt('operator'); break;
      case 'resume': pair.resume(); break;
      case 'restart': this.#restart(pair);
    }
  }

  /** What a process that ends and starts again does to a pair: only what was saved is left of it. */
  #restart(pair: HedgedPair): void {
    const runner = this.#world.runners.find(({ pairs }) => pairs.includes(pair))!;
    const saved = JSON.stringify(pair.saveState());
    for (const alert of PAIR_ALERTS) runner.clock.cancel(`pair/${pair.long}/${pair.short}/${alert}`);
    pair.restoreState(JSON.parse(saved));
    const again = JSON.stringify(pair.saveState());
    if (again !== saved) this.#invariants.broken('no-exception', `${nameOf(pair)} was saved as ${saved} and put back as ${again}`);
  }

  #throw(strategy: number): void {
    const { runners } = this.#world;
    const runner = runners[strategy % runners.length]!;
    this.#thrown.add(runner.id);
    runner.fault('onTimer', new Error('as the schedule says'));
  }

  #trade(state: 'ACTIVE' | 'REDUCING', until: number): void {
    this.#world.kernel.risk.tradingState = state;
    this.#reducingUntil = until;
  }

  #onLeg(fault: Extract<Fault, { readonly leg: number }>, leg: FuzzLeg): void {
    const { now } = this.#world;
    const { site } = leg;
    const until = 'forMs' in fault ? now + fault.forMs * MICROS_PER_MS : now;
    switch (fault.kind) {
      case 'reject': for (let i = 0; i < fault.count; i++) site.venue.rejectNext({ code: 'AS_SCHEDULED' }); break;
      case 'refuse': site.refusesUntil = until; site.venue.refusals.refuseUntil(until, { code: 'MAINTENANCE' }); break;
      case 'lose': site.latency.losses = fault.count; site.latency.learntMs = fault.learntMs; break;
      case 'silence': this.#silence(leg, until); break;
      case 'late-fill': site.line.lateFillMicros = fault.byMs * MICROS_PER_MS; break;
      case 'duplicate': site.line.echoes = fault.count; site.line.echoMicros = fault.byMs * MICROS_PER_MS; break;
      case 'latency': site.latency.burstUntil = until; site.latency.burstMs = fault.latencyMs; break;
      case 'feed-gap': leg.feedUntil = until; break;
      case 'book': leg.shape = fault.shape; leg.shapeUntil = until; this.#world.show(leg); break;
      case 'force': this.#world.force(leg, fault.fraction, fault.origin); break;
      case 'funding': if (leg.instrument.kind === 'perpetual') this.#world.rate(leg, fault.ratePct, 'predicted');
    }
  }

  #silence({ instrument, site: { line } }: FuzzLeg, until: number): void {
    line.silentUntil = Math.max(line.silentUntil, until);
    for (const order of [...this.#world.kernel.cache.state(instrument.id).openOrders]) this.#world.kernel.unknown(order, this.#world.now, 'the venue is silent');
  }
}

/** Less than this may stay: the smallest order of its venue, or a lot, for each pair. */
function dustUsd({ minNotional, lotSize, minLots }: FuzzLeg['instrument'], pairs: number): number {
  return Math.max(1, pairs) * (1.1 * minNotional.toNumber() + 70_000 * lotSize * minLots);
}

function nameOf({ long, short }: HedgedPair): string { return `the pair ${long} / ${short}`; }
