import { type CarryQuote, type CarrySnapshot, type PairEvent, Strategy } from '@arb/core';
import { decimal, instrumentId, time } from '@arb/core/zod';
import { z } from 'zod';

const Config = z.strictObject({
  long: instrumentId().describe('the leg that is bought'),
  short: instrumentId().describe('the leg that is sold'),
  notionalUsd: decimal({ positive: true }).prefault('10000').describe('wanted value of one leg; depth may make it smaller'),
  enterAprPct: z.number().default(12).describe('enter when the differential is at least this, % a year'),
  exitAprPct: z.number().default(2).describe('leave when it has fallen to this'),
  confirmations: z.int().min(1).default(3).describe('decisions in a row that must agree before entering'),
  maxBreakEvenHours: z.number().default(120).describe('do not enter where costs need longer than this to come back'),
  minHoldHours: z.number().default(0).describe('do not leave before'),
  maxSlippageBps: z.number().default(8).describe('how deep into each book an entry may go'),
  decideEveryMs: z.int().min(1_000).default(60_000).describe('time between two decisions'),
  decideOffsetMs: z.int().min(0).default(0).describe('how long after the full interval to decide; bars need to have arrived'),
  enterAt: time().optional().describe('enter at this time whatever the numbers say; for demonstrations'),
  exitAt: time().optional().describe('leave at this time, and do not enter again'),
  maxUnhedgedMs: z.int().default(3_000).describe('one leg may stand alone for this long'),
  maxUnhedgedUsdSeconds: z.number().default(5_000).describe('and for this much value × time'),
}).refine(({ enterAprPct, exitAprPct }) => exitAprPct <= enterAprPct, { path: ['exitAprPct'], message: 'must not be above enterAprPct' });

/** Holds one leg long and one short while the funding differential pays for it; the rules in words are in README.md. */
export class FundingArbitrage extends Strategy.with(Config) {
  private readonly pair = this.hedgedPair({
    long: this.config.long, short: this.config.short,
    maxUnhedgedMs: this.config.maxUnhedgedMs, maxUnhedgedUsdSeconds: this.config.maxUnhedgedUsdSeconds,
  });
  private readonly state = this.saved({ confirmations: 0, enteredAt: 0 });

  override onStart(): void {
    const { long, short, decideEveryMs, decideOffsetMs, enterAt, exitAt } = this.config;
    this.subscribe.book([long, short]);
    this.subscribe.fundingRate([long, short]);
    if (enterAt !== undefined) this.clock.setAlert('enter', { at: enterAt }, () => { this.enter(this.config.notionalUsd, 'asked for by enterAt'); });
    else this.clock.setTimer('decide', { everyMs: decideEveryMs, offsetMs: decideOffsetMs }, () => { this.decide(); });
    if (exitAt !== undefined) this.clock.setAlert('exit', { at: exitAt }, () => { this.pair.exit({ reason: 'asked for by exitAt' }); });
  }

  override onPairEvent(event: PairEvent): void {
    if (event.type === 'PairHalted') this.log.warn('pair halted', { reason: event.reason });
  }

  private decide(): void {
    const carry = this.pair.carry();                       // interval-aware differential; undefined until both legs have a rate
    if (carry === undefined) return;
    if (this.pair.isFlat) this.considerEntry(carry);
    else if (this.pair.isHedged) this.considerExit(carry);
  }

  private considerEntry(carry: CarrySnapshot): void {
    const { notionalUsd, enterAprPct, confirmations, maxBreakEvenHours, maxSlippageBps, exitAt } = this.config;
    if (exitAt !== undefined && this.clock.now() >= exitAt) return;
    this.state.confirmations = carry.aprPct >= enterAprPct ? this.state.confirmations + 1 : 0;
    if (this.state.confirmations < confirmations) return;
    const quote: CarryQuote | undefined = this.pair.quote({ notionalUsd, maxSlippageBps });      // fees and depth, in and out
    if (quote === undefined || quote.breakEvenHours > maxBreakEvenHours) return;
    this.enter(quote.notionalUsd, { carry, quote });
  }

  private considerExit(carry: CarrySnapshot): void {
    const heldHours = (this.clock.now() - this.state.enteredAt) / 3_600_000_000;
    if (carry.aprPct > this.config.exitAprPct || heldHours < this.config.minHoldHours) return;
    this.pair.exit({ reason: { carry } });
  }

  private enter(notionalUsd: CarryQuote['notionalUsd'], reason: unknown): void {
    if (!this.pair.enter({ notionalUsd, reason })) return;
    this.state.enteredAt = this.clock.now();
    this.state.confirmations = 0;                          // a failed entry has to be confirmed anew
  }
}
