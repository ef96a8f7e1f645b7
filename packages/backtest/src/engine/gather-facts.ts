import { Decimal, formatDate, type Instrument } from '@arb/core';
import { formatMoney, type StrategyRunner, VERSION } from '@arb/core/internal';
import type { ContractFacts, LegFacts, PairFacts, RunFacts } from '../report/run-facts.ts';
import type { DataLabel, SampledSeries } from '../report/run-report.ts';
import type { RunOptions } from './backtest-engine.ts';
import type { BacktestRun } from './backtest-run.ts';
import { closeCost } from './close-cost.ts';
import { fundingConventionOf } from './funding-terms.ts';
import { type PredictionError, predictionError } from './prediction-error.ts';
import { pairKey } from './run-collector.ts';
import { warningsOf } from './run-warnings.ts';
import { venueAssumptions } from './venue-assumptions.ts';

/** What only the end of a run knows. */
export interface RunEnd {
  readonly seconds: number;
  readonly rows: number;
  readonly replayedTo: number;
  readonly isComplete: boolean;
  readonly journalHash: string;
  readonly configHash: string;
  readonly dataHash: string;
  readonly run: RunOptions;
}

/** Puts together what a finished run knows. */
export function gatherFacts(run: BacktestRun, end: RunEnd): RunFacts {
  const { kernel, collector, setup } = run;
  const parts = kernel.portfolio.attribution();
  const summary = setup.catalog.describe();
  const used = summary.streams.filter(({ instrumentId, kind }) => run.uses(instrumentId) && kind !== 'gap');
  const curve = (pick: (sample: NonNullable<(typeof collector.samples)[number]>) => number): (number | null)[] => collector.samples.map((sample) => (sample === null ? null : pick(sample)));
  const dataset = setup.catalog.path.split(/[\\/]/).filter((part) => part !== '' && part !== 'catalog').at(-1) ?? setup.catalog.path;
  return {
    name: `${formatDate(run.from)}-${dataset}`, ...statusOf(run, end),
    from: run.from, to: run.to, replayedTo: end.replayedTo, dataset, dataLabel: labelOf(used), rows: end.rows, seconds: end.seconds,
    journalHash: end.journalHash, configHash: end.configHash, dataHash: end.dataHash, seed: setup.options.seed ?? 1,
    engineVersion: VERSION, coreVersion: VERSION, nodeVersion: process.version, command: end.run.command ?? 'BacktestEngine.run()',
    capitalUsd: capital(run), netPnlUsd: formatMoney(parts.total),
    attribution: {
      fundingPaymentsUsd: formatMoney(parts.fundingPaid), fundingAccruedUsd: formatMoney(parts.fundingAccrued), basisUsd: formatMoney(parts.basis), directionalUsd: formatMoney(parts.directional), feesUsd: formatMoney(parts.fees),
      slippageUsd: formatMoney(parts.slippage), gasUsd: formatMoney(parts.gas), borrowUsd: formatMoney(parts.borrow), fxUsd: formatMoney(parts.fx),
    },
    strategies: setup.strategies.map(({ id, Class, capitalUsd }) => ({ id, name: Class.name, capitalUsd: capitalUsd ?? null, netPnlUsd: formatMoney(kernel.portfolio.attributionOf(id).total) })),
    legs: legsOf(run), pairs: kernel.runners.flatMap((runner) => pairsOf(run, runner)),
    fills: collector.fills, orders: [...collector.orders, ...collector.openOrders()].sort((a, b) => a.ts - b.ts), fundingPayments: collector.fundingPayments, closedByVenues: collector.closedByVenues,
    curve: {
      start: run.from, stepUs: collector.stepMicros, netPnlUsd: curve(({ net }) => net), fundingUsd: curve(({ funding }) => funding), priceUsd: curve(({ price }) => price),
      feesUsd: curve(({ fees }) => fees), slippageUsd: curve(({ slippage }) => slippage),
    },
    config: end.run.configEntries ?? [], venues: [...setup.venues].map(([name, venue]) => venueAssumptions(name, venue)),
    data: used.map(({ instrumentId, kind, rows, gaps, sources, isSynthetic }) => ({ instrumentId, kind, rows, gaps, note: `${isSynthetic ? 'synthetic, ' : ''}${sources.join(', ')}` })),
    warnings: warningsOf(run),
  };
}

function labelOf(streams: readonly { readonly isSynthetic: boolean }[]): DataLabel {
  const synthetic = streams.filter(({ isSynthetic }) => isSynthetic).length;
  return synthetic === 0 ? 'real' : synthetic === streams.length ? 'synthetic' : 'mixed';
}

/** Capital stated for the strategies, else what was deposited. */
function capital(run: BacktestRun): string {
  const stated = run.setup.strategies.map(({ capitalUsd }) => capitalUsd);
  if (stated.every((amount) => amount !== undefined)) return stated.reduce((sum, amount) => sum.plus(amount), new Decimal(0)).toFixed();
  return formatMoney(run.kernel.portfolio.transfersMoney());
}

function legsOf(run: BacktestRun): LegFacts[] {
  const { kernel, collector } = run;
  return kernel.runners.flatMap((runner) => {
    const ofPairs = runner.pairs.flatMap((pair) => [pair.long, pair.short].map((id) => ({ id, pair })));
    const others = [...kernel.portfolio.legs(runner.id)].map(({ position }) => position.instrument.id).filter((id) => !ofPairs.some((leg) => leg.id === id));
    const legs = [...ofPairs, ...others.map((id) => ({ id, pair: undefined }))];
    return legs.map(({ id, pair }, index): LegFacts => {
      const { instrument } = kernel.cache.state(id);
      const prediction = predictionOf(run, instrument);
      const isShown = legs.findIndex((leg) => leg.id === id) < index;                                  // what cannot be told apart is stated once
      return {
        strategyId: runner.id, pairId: pair === undefined ? null : pairKey(runner.id, pair.long, pair.short), role: pair === undefined ? 'single' : pair.long === id ? 'long' : 'short',
        instrumentId: id, venue: instrument.venue, base: instrument.base, quote: instrument.quote, quantityUnit: quantityUnit(instrument), quantityDecimals: instrument.sizeDecimals, priceDecimals: instrument.priceDecimals,
        fundingTerms: fundingTerms(run, instrument), fundingAccruedUsd: isShown ? '0' : formatMoney(kernel.portfolio.attributionOf(runner.id, id).fundingAccrued), predictionErrorAprPct: prediction.aprPct, predictionErrorNote: prediction.note,
        finalMarkUsd: finalMark(run, instrument), contract: contractOf(run, instrument), mids: collector.mids.byInstrument.get(id) ?? { ts: [], mid: [] },
        position: collector.positions.get(`${runner.id} ${id}`) ?? { ts: [], usd: [], value: [] },
      };
    });
  });
}

/** A continuous index settles nothing that could have been predicted. */
function predictionOf(run: BacktestRun, instrument: Instrument): PredictionError {
  const setup = run.setup.venues.get(instrument.venue);
  if (setup !== undefined && fundingConventionOf(setup) === 'continuous-index') return { aprPct: null, note: 'a continuous index has no settlements' };
  return predictionError(run.setup.catalog, instrument, { from: run.from, to: run.to });
}

function contractOf(run: BacktestRun, { settle, isInverse, multiplier }: Instrument): ContractFacts {
  const rate = run.kernel.portfolio.valuation.rate(settle);
  return { settle, isInverse, multiplier: multiplier.toFixed(), finalRateUsd: rate === undefined ? null : formatMoney(rate) };
}

function fundingTerms(run: BacktestRun, instrument: Instrument): string | null {
  if (instrument.kind !== 'perpetual') return null;
  const { predicted, settled } = run.kernel.cache.state(instrument.id);
  const interval = settled?.intervalHours ?? predicted?.intervalHours;
  const setup = run.setup.venues.get(instrument.venue);
  const convention = setup === undefined ? 'none' : fundingConventionOf(setup);
  if (convention === 'none') return null;
  const at = convention === 'lump-at-mark' ? 'at mark' : convention === 'hourly-at-oracle' ? 'at oracle' : 'continuous index';
  return interval === undefined ? at : `${interval} h, ${at}`;
}

function finalMark(run: BacktestRun, instrument: Instrument): string | null {
  const price = run.kernel.portfolio.valuation.priceNumber(instrument);
  return price === undefined ? null : String(price);
}

function pairsOf(run: BacktestRun, runner: StrategyRunner): PairFacts[] {
  const { collector, kernel } = run;
  const config = runner.config as { readonly enterAprPct?: unknown; readonly exitAprPct?: unknown };
  const apr = (value: unknown): number | null => (typeof value === 'number' ? value : null);
  return runner.pairs.map((pair): PairFacts => {
    const pairId = pairKey(runner.id, pair.long, pair.short);
    const curve = collector.pairCurves.get(pairId) ?? { long: [], short: [], net: [] };
    const close = closeCost(run, runner, pair);
    const series = (values: readonly (number | null)[]): SampledSeries => ({ start: run.from, stepUs: collector.stepMicros, values });
    const [coarse] = [pair.long, pair.short].map((id) => kernel.cache.state(id).instrument).sort((a, b) => b.lotSize * b.multiplier.toNumber() - a.lotSize * a.multiplier.toNumber());
    const price = kernel.portfolio.valuation.priceNumber(coarse!) ?? 0;
    const quantity = coarse!.isInverse ? (price > 0 ? new Decimal(coarse!.lotSize).times(coarse!.multiplier).div(price) : new Decimal(0)) : coarse!.sizeIncrement.times(coarse!.multiplier);
    return {
      pairId, strategyId: runner.id, longInstrumentId: pair.long, shortInstrumentId: pair.short, enterAprPct: apr(config.enterAprPct), exitAprPct: apr(config.exitAprPct),
      budgetSeconds: pair.options.maxUnhedgedMs / 1_000, budgetUsdSeconds: pair.options.maxUnhedgedUsdSeconds,
      toleranceQuantity: quantity.toSignificantDigits(18).toFixed(), toleranceUsd: quantity.times(price).toNumber(),
      forcedCloses: collector.pairEvents.filter((event) => event.strategyId === runner.id && event.long === pair.long && event.short === pair.short && event.type === 'PairNeutralising').length,
      decisions: collector.decisions.get(pairId) ?? [],
      longAprPct: series(curve.long), shortAprPct: series(curve.short), netExposureUsd: series(curve.net), closeCostUsd: close.usd, closeCostNote: close.note,
    };
  });
}

/** A strategy that stopped deciding makes a FAILED run, however far the data went. */
function statusOf(run: BacktestRun, end: RunEnd): { readonly status: RunFacts['status']; readonly statusReason: string | null } {
  const faulted = run.kernel.runners.find(({ faultError }) => faultError !== undefined);
  if (faulted !== undefined) return { status: 'FAILED', statusReason: `${faulted.id} is FAULTED: ${faulted.faultError!.message}` };
  return end.isComplete ? { status: 'COMPLETE', statusReason: null } : { status: 'PARTIAL', statusReason: 'stopped before its end' };
}

/** What quantities of an instrument count: its coin, or contracts of so much. */
function quantityUnit({ base, quote, multiplier, isInverse }: Instrument): string {
  if (isInverse) return `contracts of ${multiplier.toFixed()} ${quote}`;
  return multiplier.eq(1) ? base : `contracts of ${multiplier.toFixed()} ${base}`;
}
