import { type CarryQuote, type CarrySnapshot, type PairEvent, Strategy } from '@arb/core';
import { decimal, instrumentId } from '@arb/core/zod';
import { z } from 'zod';

const Config = z.strictObject({
  long: instrumentId().describe('the leg that is bought'),
  short: instrumentId().describe('the leg that is sold'),
  notionalUsd: decimal().prefault('10000').describe('wanted size of one leg; depth may make it smaller'),
  enterAprPct: z.number().default(12).describe('enter when the differential has been at least this, in % a year'),
  exitAprPct: z.number().default(2).describe('leave when it has fallen to this'),
  confirmations: z.int().min(1).default(3).describe('decisions in a row that must agree before entering'),
  maxBreakEvenHours: z.number().default(120).describe('do not enter where costs need longer than this to come back'),
  minHoldHours: z.number().default(0).describe('do not leave before, unless the pair is halted'),
  maxSlippageBps: z.number().default(8).describe('how deep into each book an entry may go'),
  decideEveryMs: z.int().min(1_000).default(60_000),
  forceEntryAt: z.string().optional().describe('enter at this time whatever the numbers say; for demonstrations'),
  forceExitAt: z.string().optional(),
  maxUnhedgedMs: z.int().default(3_000),
  maxUnhedgedUsdSeconds: z.number().default(5_000),
});

/** Holds one leg long and one short while the funding differential pays for it; see README.md for the rules in words. */
export class FundingArbitrage extends Strategy.with(Config) {
  private readonly pair = this.hedgedPair({
    long: this.config.long, short: this.config.short,
    maxUnhedgedMs: this.config.maxUnhedgedMs, maxUnhedgedUsdSeconds: this.config.maxUnhedgedUsdSeconds,
  });
  private readonly state = this.saved({ confirmations: 0, enteredAt: 0 });

  override onStart(): void {
    const { long, short, decideEveryMs } = this.config;
    this.subscribe.book([long, short]);
    this.subscribe.fundingRate([long, short]);
    this.clock.setTimer('decide', { everyMs: decideEveryMs }, () => { this.decide(); });
  }

  override onPairEvent(event: PairEvent): void {
    if (event.type === 'PairHalted') this.log.warn('pair halted', { reason: event.reason });
  }

  private decide(): void {
    const carry = this.pair.carry();
    if (carry === undefined) return;
    if (this.pair.isFlat) this.considerEntry(carry);
    else if (this.pair.isHedged) this.considerExit(carry);
  }

  private considerEntry(carry: CarrySnapshot): void {
    const { notionalUsd, enterAprPct, confirmations, maxBreakEvenHours, maxSlippageBps } = this.config;
    this.state.confirmations = carry.aprPct >= enterAprPct ? this.state.confirmations + 1 : 0;
    if (this.state.confirmations < confirmations) return;
    const quote: CarryQuote | undefined = this.pair.quote({ notionalUsd, maxSlippageBps });
    if (quote === undefined || quote.breakEvenHours > maxBreakEvenHours) return;
    this.pair.enter({ notionalUsd: quote.notionalUsd, reason: { carry, quote } });
    this.state.enteredAt = this.clock.now();
  }

  private considerExit(carry: CarrySnapshot): void {
    const heldHours = (this.clock.now() - this.state.enteredAt) / 3_600_000_000;
    if (carry.aprPct > this.config.exitAprPct || heldHours < this.config.minHoldHours) return;
    this.pair.exit({ reason: { carry } });
    this.state.confirmations = 0;
  }
}
