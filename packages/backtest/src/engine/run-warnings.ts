import { formatTime, MICROS_PER_DAY, MICROS_PER_HOUR, venueOf } from '@arb/core';
import { microsOf } from '../catalog/micros-of.ts';
import { counted } from '../counted.ts';
import type { RunWarning } from '../report/run-report.ts';
import type { BacktestRun } from './backtest-run.ts';
import { endsEarly, lengthText } from './data-cover.ts';
import { fundingConventionOf } from './funding-terms.ts';
import { DEFAULT_BARS, rulingFeed } from './instrument-feed.ts';

/** Everything a reader must know before believing the result, as far as the engine and the data know it. */
export function warningsOf(run: BacktestRun): RunWarning[] {
  const warnings: RunWarning[] = [...rangeWarnings(run), ...crossedWarnings(run), ...deniedWarnings(run), ...fundingWarnings(run), ...endWarnings(run), ...openWarnings(run), ...proxyWarnings(run)];
  for (const { id, state, faultError } of run.kernel.runners) {
    if (faultError !== undefined) warnings.push({ level: 'bad', head: `${id} is FAULTED`, text: `A hook threw: ${faultError.message}. The strategy stopped deciding; its pairs stayed hedged.` });
    else if (state === 'HALTED') warnings.push({ level: 'bad', head: `${id} is HALTED`, text: run.collector.strategyStates.findLast((entry) => entry.strategyId === id)?.reason ?? '' });
  }
  for (const event of run.collector.pairEvents) if (event.type === 'PairHalted') warnings.push({ level: 'bad', head: 'a pair halted', text: `${event.long} / ${event.short}: ${event.reason}` });
  return warnings;
}

/**
 * A period that reaches beyond the data: what was replayed is shorter than what was asked for. A run begins with the first row of a market; prices and rates of
 * before are not replayed.
 */
function rangeWarnings(run: BacktestRun): RunWarning[] {
  const { from = run.from, to = run.to } = run.setup.range;
  const missing = [
    ...(microsOf(from) < run.from ? [`the market data begins at ${formatTime(run.from)}`] : []),
    ...(microsOf(to) > run.to ? [`the data ends at ${formatTime(run.to)}`] : []),
  ];
  if (missing.length === 0) return [];
  const before = microsOf(from) < run.from && run.setup.catalog.describe().streams.some((stream) => stream.kind !== 'gap' && run.uses(stream.instrumentId) && stream.from < run.from);
  const text = `Asked for ${formatTime(microsOf(from))} to ${formatTime(microsOf(to))}; ${missing.join(' and ')}, and only ${formatTime(run.from)} to ${formatTime(run.to)} was replayed.${before ? ' Prices and funding of before are in the data and were left out.' : ''}`;
  return [{ level: 'warn', head: 'The period reaches beyond the data', text }];
}

/** Books that recorded updates leave crossed: some are missing or out of order, so the prices between are in doubt. */
function crossedWarnings(run: BacktestRun): RunWarning[] {
  return [...run.crossed].filter(([, { count }]) => count > 0).map(([id, { count, firstAt }]) => ({
    level: 'warn', head: `The book of ${id} crosses itself`,
    text: `${counted(count, 'message leaves', 'messages leave')} a bid at or above an ask, the first at ${formatTime(firstAt!)}: updates are missing or out of order. The older levels were taken out each time; arb data check says more.`,
  }));
}

/** Orders that never left, by the rule that refused them: a run that did nothing must not look like one that chose to. */
function deniedWarnings(run: BacktestRun): RunWarning[] {
  const byCode = new Map<string, { count: number; readonly example: string }>();
  for (const { status, reason } of run.collector.orders) {
    if (status !== 'DENIED') continue;
    const code = reason.slice(0, Math.max(0, reason.indexOf(':')));
    const known = byCode.get(code);
    if (known === undefined) byCode.set(code, { count: 1, example: reason });
    else known.count++;
  }
  return [...byCode].map(([code, { count, example }]) => ({ level: 'bad', head: `${counted(count, 'order')} denied: ${code}`, text: `The first: ${example}` }));
}

/** Perpetuals of a pair or traded on their own whose funding the data does not hold: their result would look like one without funding. */
function fundingWarnings(run: BacktestRun): RunWarning[] {
  const { streams } = run.setup.catalog.describe();
  const paired = new Set(run.kernel.runners.flatMap(({ pairs }) => pairs.flatMap(({ long, short }) => [long, short])));
  const ids = new Set([...paired, ...run.collector.fills.map(({ instrumentId }) => instrumentId).filter((id) => isCharged(run, id))]);
  return [...ids].filter((id) => run.kernel.cache.state(id).instrument.kind === 'perpetual').flatMap((id): RunWarning[] => {
    const stream = streams.find(({ instrumentId, kind }) => instrumentId === id && kind === 'funding');
    const isCovered = stream !== undefined && stream.from <= run.from + MICROS_PER_DAY && stream.to >= run.to - MICROS_PER_DAY;
    if (isCovered) return [];
    const held = stream === undefined ? 'none' : `rates from ${formatTime(stream.from)} to ${formatTime(stream.to)} only`;
    if (paired.has(id)) return [{ level: 'bad', head: `${id} lacks funding`, text: `The data holds ${held}; outside them the differential is unknown and nothing is paid.` }];
    const isHeld = isHeldOverHour(run, id);
    const effect = isHeld ? 'It was held over a full hour, when venues charge; outside them nothing is paid, so the result may lack funding.' : 'Outside them nothing is paid; it was never held over a full hour, when venues charge.';
    return [{ level: isHeld ? 'bad' : 'warn', head: `${id} lacks funding`, text: `The data holds ${held}. ${effect}` }];
  });
}

/** False where the config turns funding off. */
function isCharged(run: BacktestRun, id: string): boolean {
  const setup = run.setup.venues.get(venueOf(id));
  return setup !== undefined && fundingConventionOf(setup) !== 'none';
}

/** True where a strategy held the instrument at a full hour. */
function isHeldOverHour(run: BacktestRun, id: string): boolean {
  return [...run.collector.positions].some(([key, { ts, usd }]) => key.endsWith(` ${id}`) && ts.some((at, i) => {
    const until = ts[i + 1] ?? run.to;
    return usd[i] !== 0 && Math.floor(until / MICROS_PER_HOUR) > Math.floor((at - 1) / MICROS_PER_HOUR);
  }));
}

/** Instruments whose market data ends before the run: their book stands still from there on, and orders still fill at it. */
function endWarnings(run: BacktestRun): RunWarning[] {
  const { catalog } = run.setup;
  const { streams } = catalog.describe();
  return run.instruments.filter(({ id }) => run.uses(id)).flatMap((instrument): RunWarning[] => {
    const feed = rulingFeed(catalog, instrument);
    const stream = streams.find(({ instrumentId, kind }) => instrumentId === instrument.id && kind === feed);
    if (stream === undefined || !endsEarly(stream, run.to)) return [];
    return [{
      level: 'warn', head: `The data of ${instrument.id} ends before the run`,
      text: `Its last ${feed} row is of ${formatTime(stream.to)}, ${lengthText(run.to - stream.to)} before the end: from there on its book stands still, and orders still fill at it.`,
    }];
  });
}

/** Positions still held when the data ended: closing them is not in the result. */
function openWarnings(run: BacktestRun): RunWarning[] {
  const open = [...run.kernel.portfolio.legs()].filter(({ position }) => !position.isFlat);
  if (open.length === 0) return [];
  const held = open.map(({ position }) => `${position.quantity.toFixed()} ${position.instrument.id}`).join(', ');
  return [{ level: 'warn', head: `${counted(open.length, 'position')} open at the end`, text: `${held}: valued at the last price; the cost of closing is not in the result.` }];
}

/** Says where there were no books, and what stood in for them. */
function proxyWarnings(run: BacktestRun): RunWarning[] {
  const { catalog, venues } = run.setup;
  const without = run.instruments.filter(({ id, venue }) => venues.has(venue) && run.uses(id) && ['bar', 'trade'].includes(rulingFeed(catalog, run.kernel.cache.state(id).instrument)));
  return without.map(({ id, venue }) => {
    const { spreadBps, depthUsd, from } = venues.get(venue)!.config.simulation?.bars ?? DEFAULT_BARS;
    const feed = rulingFeed(catalog, run.kernel.cache.state(id).instrument);
    const around = feed === 'trade' ? 'each trade' : from === 'mark' ? 'its marks' : 'the close of each bar';
    return { level: 'warn', head: `${id} has no order book`, text: `The data of ${id} holds ${feed}s only; its book is assumed: ${spreadBps} bps wide and ${depthUsd} USD deep a side around ${around}, and stands still until the next: legs whose data arrives at different times trade at prices of different moments.` };
  });
}
