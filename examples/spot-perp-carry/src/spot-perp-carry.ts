import { aprPct, type FundingRate, type PairEvent, Strategy } from '@arb/core';
import { decimal, instrumentId } from '@arb/core/zod';
import { z } from 'zod';

const Config = z.strictObject({
  spot: instrumentId().describe('what is bought: the coin itself, which costs no funding'),
  perpetual: instrumentId().describe('what is sold against it'),
  notionalUsd: decimal({ positive: true }).prefault('20000').describe('wanted value of one leg; depth may make it smaller'),
  lookbackSettlements: z.int().min(1).default(21).describe('the rate looked at is the mean of so many settlements: 21 are a week of 8 hours'),
  enterAprPct: z.number().default(8).describe('enter when that mean is at least this, % a year'),
  exitAprPct: z.number().default(0).describe('leave when it has fallen below this'),
  maxBreakEvenHours: z.number().default(720).describe('do not enter where costs need longer than this to come back at the mean rate'),
  maxDriftPct: z.number().min(0).default(30).describe('bring both legs back to notionalUsd when the price has moved their value further than this from it: the gain of one leg pays the loss of the other only once it is taken'),
  maxSlippageBps: z.number().default(10).describe('how deep into each book an entry may go'),
}).refine(({ enterAprPct, exitAprPct }) => exitAprPct <= enterAprPct, { path: ['exitAprPct'], message: 'must not be above enterAprPct' });

/** Holds the coin and sells the perpetual against it while longs pay: cash and carry, decided once per settlement. The rules in words are in README.md. */
export class SpotPerpCarry extends Strategy.with(Config) {
  private readonly pair = this.hedgedPair({ long: this.config.spot, short: this.config.perpetual, maxUnhedgedMs: 3_000, maxUnhedgedUsdSeconds: 5_000, maxSlippageBps: this.config.maxSlippageBps });
  /** Yearly rates of the last settlements, oldest first. */
  private readonly state = this.saved({ ratesAprPct: [] as number[] });

  override onStart(): void {
    const { spot, perpetual, lookbackSettlements } = this.config;
    this.subscribe.book([spot, perpetual]);
    this.subscribe.fundingRate(perpetual, { history: { hours: lookbackSettlements * 8 } });
  }

  override onFundingRate(rate: FundingRate): void {
    if (rate.kind !== 'settled') return;
    const { ratesAprPct } = this.state;
    ratesAprPct.push(aprPct(rate));
    if (ratesAprPct.length > this.config.lookbackSettlements) ratesAprPct.shift();
    if (!rate.isHistorical && ratesAprPct.length === this.config.lookbackSettlements) this.decide(ratesAprPct.reduce((sum, each) => sum + each, 0) / ratesAprPct.length);
  }

  override onPairEvent(event: PairEvent): void {
    if (event.type === 'PairHalted') this.log.warn('pair halted', { reason: event.reason });
  }

  private decide(meanAprPct: number): void {
    const { notionalUsd, enterAprPct, exitAprPct, maxBreakEvenHours } = this.config;
    if (this.pair.isHedged && meanAprPct < exitAprPct) this.pair.exit({ reason: { meanAprPct } });
    else if (this.pair.isHedged) this.considerDrift();
    if (!this.pair.isFlat || meanAprPct < enterAprPct) return;
    const quote = this.pair.quote({ notionalUsd });
    if (quote === undefined) return;
    const breakEvenHours = quote.costBps / 100 / meanAprPct * 8_760;
    if (breakEvenHours <= maxBreakEvenHours) this.pair.enter({ notionalUsd: quote.notionalUsd, reason: { meanAprPct, breakEvenHours, costBps: quote.costBps } });
  }

  /** A short that has lost more than the account holds is liquidated, however much the coin beside it has gained. */
  private considerDrift(): void {
    const { spot, notionalUsd, maxDriftPct } = this.config;
    const mid = this.cache.book(spot)?.mid;
    if (mid === undefined || Number.isNaN(mid)) return;
    const driftPct = this.pair.longQuantity.times(mid).div(notionalUsd).minus(1).times(100).toNumber();
    if (Math.abs(driftPct) > maxDriftPct) this.pair.resize({ notionalUsd, reason: { driftPct } });
  }
}
