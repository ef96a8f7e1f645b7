import { describe, expect, it } from 'vitest';
import { breakEvenOf } from '../../src/report/break-even.ts';
import { buildRunReport } from '../../src/report/build-run-report.ts';
import type { PageRun, PageSeries } from '../../src/report/page/page-data.ts';
import { contrastPairs } from '../../src/report/page/tokens.ts';
import type { RunFacts } from '../../src/report/run-facts.ts';
import type { EncodedSeries } from '../../src/report/series.ts';
import { renderTearsheet, TEARSHEET_BUDGET_BYTES } from '../../src/report/tearsheet.ts';
import { hostile, stoppedAt, timesPairs, withoutPair } from './fixtures/fixture-variants.ts';
import { runFixture } from './fixtures/run-fixture.ts';

const GAIN = runFixture('gain');
const LOSING = runFixture('losing');
const pageOf = (facts: RunFacts): string => renderTearsheet(buildRunReport(facts));
const embedded = <T>(page: string, id: string): T =>
  JSON.parse(new RegExp(`<script type="application/json" id="${id}">(.*?)</script>`, 's').exec(page)![1]!) as T;
/** What a reader sees: no tags, entities decoded, spaces plain. */
const wordsOf = (page: string): string =>
  page
    .replace(/<(script|style)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/[\s\u202f\u00a0]+/g, ' ');

type Point = readonly [index: number, value: number | null];
/** Samples that an encoded series holds, by their index in the run. */
function pointsOf({ scale, at, d }: EncodedSeries): Point[] {
  let [index, sum] = [0, 0];
  return d.map((step, order) => {
    index += at?.[order] ?? (order === 0 ? 0 : 1);
    sum += step ?? 0;
    return [index, step === null ? null : sum / scale];
  });
}

describe('the tearsheet', () => {
  it('REQ-D18 states the result, its parts, Sharpe, drawdown, fills, markouts and unhedged time', () => {
    const words = wordsOf(pageOf(GAIN));
    const { statistics, unhedged } = buildRunReport(GAIN);
    for (const part of [
      'Made +227.28 USD in 14 days',
      'Funding received',
      'Fees',
      'Slippage',
      'Carry Sharpe',
      'Fills 186',
      'Fill markouts',
      'Unhedged, longest 2.3 s',
    ])
      expect(words).toContain(part);
    expect(words).toContain(`Max drawdown −${Math.abs(Number(statistics.maxDrawdownUsd)).toFixed(2)} USD`);
    expect(unhedged.overBudget).toBe(0);
    expect(words).not.toContain('Hedge budget broken');
  });

  it('the parts shown add up to the net result, to the cent', () => {
    const bars = pageOf(GAIN).match(/<div class="wf"[\s\S]*?<dl/)![0];
    const cents = [...bars.matchAll(/class="a [^"]*" role="cell">([^<]+)|class="a" role="cell">([^<]+)/g)].map((match) =>
      Math.round(Number((match[1] ?? match[2]!).replace('−', '-').replace(/[+,]/g, '')) * 100),
    );
    expect(cents.slice(0, -1).reduce((sum, value) => sum + value, 0)).toBe(cents.at(-1));
    expect(cents.at(-1)).toBe(22_728);
  });

  it('a loss stands in the same place and size as a gain, with its largest cause and the broken budget', () => {
    const [gain, losing] = [pageOf(GAIN), pageOf(LOSING)];
    const words = wordsOf(losing);
    expect(words).toContain('Lost −465.21 USD in 14 days, −0.47 % on 100,000 USD. Funding earned only +37.14 USD against 528.51 USD of fees and slippage');
    expect(words).toContain('The hedge budget was broken 3 times: a leg stood alone for 3.6 s or 6,719 USD·s');
    const labels = (page: string): string[] => [...page.matchAll(/<div class="kpi"><dt>([^<]+)/g)].map((match) => match[1]!);
    expect(labels(losing)).toEqual(labels(gain));
    const headings = (page: string): string[] => [...page.matchAll(/<h2>([^<]+)/g)].map((match) => match[1]!);
    expect(headings(losing)).toEqual(headings(gain));
  });

  it('says first whether the data are synthetic or real, and whether the run is whole', () => {
    const tags = (facts: RunFacts): string => wordsOf(pageOf(facts).match(/<p class="eyebrow">.*?<\/p>/)![0]).trim();
    expect(tags(GAIN)).toBe('Synthetic data Finished Backtest tearsheet');
    expect(tags({ ...GAIN, dataLabel: 'real' })).toBe('Real data Finished Backtest tearsheet');
    expect(tags(stoppedAt(LOSING, 0.6))).toMatch(
      /^Synthetic data Partial: stopped at 6\d % Hedge budget broken|^Synthetic data Partial: stopped at 59 % Hedge budget broken/,
    );
    expect(tags({ ...GAIN, status: 'FAILED', statusReason: 'no mark price', replayedTo: GAIN.from })).toContain('Failed at 0 %');
  });

  it('a partial run has no yearly rate and no Sharpe ratio, names the reason, and what closing would cost', () => {
    const facts = stoppedAt(GAIN, 0.5);
    const report = buildRunReport(facts);
    const words = wordsOf(renderTearsheet(report));
    expect([report.statistics.aprPct, report.statistics.sharpe]).toEqual([null, null]);
    expect(words).toMatch(
      /Stopped at 8 Mar, 00:00: stopped by Ctrl-C\. Up to then [+−][\d.]+ USD , with a position still open: closing it at the last book would cost −41\.80 USD/,
    );
    expect(words).toContain('no yearly rate: not finished');
    expect(words).toContain('Partial run: the replay ended at 03-08 00:00:00.000 UTC');
    expect(report.warnings[0]).toMatchObject({ level: 'bad' });
  });

  it('orders that were denied are not said to have been sent', () => {
    const denied = { ...runFixture('idle'), orders: GAIN.orders.slice(0, 2).map((order) => ({ ...order, status: 'DENIED' as const, filledQuantity: '0' })) };
    const words = wordsOf(pageOf(denied));
    expect(words).toContain('No order was sent. 2 orders were denied by our own risk limits.');
    expect(words).toMatch(/Orders 0 sent, 0 fills, 2 denied/);
  });

  it('without trades the differential and its three peaks take the place of the result', () => {
    const page = pageOf(runFixture('idle'));
    const words = wordsOf(page);
    expect(words).toMatch(/No order was sent\. The differential reached 13\.5 % at most \(4 Mar, 14:55\); entry needs 15\.0 %/);
    expect(words).toContain('Nearest to an entry');
    expect(page).not.toContain('id="result"');
    expect(page).not.toContain('id="execution"');
  });

  it('a strategy without a pair has positions and fills, and no hedge figures', () => {
    const page = pageOf(withoutPair(GAIN));
    expect(page).toContain('id="c-po"');
    for (const id of ['c-df', 'c-fu', 'c-ne', 'carry']) expect(page).not.toContain(`id="${id}"`);
    expect(wordsOf(page)).toContain('Orders filled');
  });

  it('REQ-A42 says what is missing where markouts cannot be known', () => {
    const blind = { ...GAIN, legs: GAIN.legs.map((leg) => ({ ...leg, mids: { ts: [], mid: [] } })) };
    const words = wordsOf(pageOf(blind));
    expect(words).toContain('Markouts need book mids after each fill. Known for 0 of 186 fills.');
    expect(words).toContain('No mid 5 min after 186 of 186 fills');
  });

  it('no string of a run can become markup or leave its script', () => {
    const attack = '"><img src=x onerror=alert(1)></script><script>alert(2)</script><!--\u2028\' & ${x}';
    const [plain, attacked] = [pageOf(GAIN), pageOf(hostile(GAIN, attack))];
    const tags = (page: string, name: string): number => page.split(`<${name}`).length;
    expect(attacked).not.toContain('<img');
    expect(tags(attacked, 'script')).toBe(tags(plain, 'script'));
    expect(tags(attacked, '/script')).toBe(tags(plain, '/script'));
    expect(attacked).not.toContain('<!--');
    expect(embedded<PageRun>(attacked, 'arb-run').warnings.some((warning) => warning.head === attack)).toBe(true);
    expect(wordsOf(attacked)).toContain('"><img src=x onerror=alert(1)></script>');
  });

  it('loads nothing: its policy forbids it and it names no address', () => {
    const page = pageOf(GAIN);
    expect(page).toContain("default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:".replaceAll("'", '&#39;'));
    expect(page.match(/(?:src|href)="(?!#|data:)[^"]*"/g)).toBeNull();
    expect(page).not.toMatch(/url\((?!#)|@import|fetch\(|XMLHttpRequest/);
    expect(page).toContain('Copyright (c) 2022 Leon Sorokin');
  });

  it('the page carries the whole run as data: what --json prints, and curves that decode to the same values', () => {
    const page = pageOf(GAIN);
    const run = embedded<PageRun>(page, 'arb-run');
    expect(run).toMatchObject({ schema: 'arb.run/1', netPnlUsd: GAIN.netPnlUsd, journalHash: GAIN.journalHash });
    expect(run.tables.fills.rows).toHaveLength(186);
    const { netPnlUsd } = embedded<PageSeries>(page, 'arb-series');
    const last = netPnlUsd.d.reduce((sum: number, step) => sum + (step ?? 0), 0) / netPnlUsd.scale;
    expect(last).toBeCloseTo(Number(GAIN.netPnlUsd), 2);
  });

  it.each([['all of it', GAIN], ['thinned', timesPairs(GAIN, 40)]] as const)('every number a chart draws is one of the run at that time, the differential among them: %s', (_, facts) => {
    const report = buildRunReport(facts);
    const { netPnlUsd, fundingUsd, drawdownUsd, groups } = embedded<PageSeries>(renderTearsheet(report), 'arb-series');
    const net = report.series.netPnlUsd.values as readonly number[];
    const isEqual = (points: readonly Point[], truth: (index: number) => number | null): void => {
      for (const [index, value] of points) { const exact = truth(index); if (exact === null || value === null) expect([index, value]).toEqual([index, exact]); else if (Math.abs(value - exact) > 0.0051) expect([index, value]).toEqual([index, exact]); }
    };
    isEqual(pointsOf(netPnlUsd), (index) => net[index]!);
    isEqual(pointsOf(fundingUsd), (index) => report.series.fundingUsd.values[index]!);
    if (drawdownUsd !== undefined) isEqual(pointsOf({ ...netPnlUsd, d: drawdownUsd }), (index) => Math.round(100 * net[index]!) / 100 - Math.max(0, ...net.slice(0, index + 1).map((value) => Math.round(100 * value) / 100)));
    groups.forEach(({ pair }, group) => {
      const { longAprPct: { values: long }, shortAprPct: { values: short } } = report.series.pairs[group]!;
      const points = pointsOf(pair!.differentialAprPct);
      isEqual(points, (index) => short[index]! - long[index]!);
      isEqual(pointsOf({ ...pair!.differentialAprPct, d: pair!.longAprPct }), (index) => long[index]!);
      isEqual(pointsOf({ ...pair!.differentialAprPct, d: pair!.shortAprPct }), (index) => short[index]!);
      const differences = short.map((value, index) => value! - long[index]!);
      expect([Math.min, Math.max].map((of) => of(...points.map(([, value]) => value!)))).toEqual([Math.min, Math.max].map((of) => expect.closeTo(of(...differences), 2) as number));
    });
    expect([netPnlUsd.of !== undefined, groups.some(({ pair }) => pair!.differentialAprPct.of !== undefined)]).toEqual(facts === GAIN ? [false, expect.any(Boolean)] : [true, true]);
  });

  it('legs whose steps are thinned are so at common stamps: what stands at one is what each leg had then', () => {
    const report = buildRunReport(timesPairs(GAIN, 40));
    const { groups } = embedded<PageSeries>(renderTearsheet(report), 'arb-series');
    const legs = groups[0]!.legs;
    expect(legs[0]!.position.of).toBeGreaterThan(0);
    const stamps = [...new Set(legs.flatMap(({ position }) => position.t))];
    for (const { instrumentId, pairId, position } of legs) {
      const { ts, usd } = report.series.positions.find((own) => own.instrumentId === instrumentId && own.pairId === pairId)!;
      const shown = stamps.map((stamp) => position.v[position.t.findLastIndex((own) => own <= stamp)] ?? 0);
      expect(shown).toEqual(stamps.map((stamp) => Math.round(usd[ts.findLastIndex((own) => own / 1e6 <= stamp)] ?? 0)));
    }
  });

  it('there is one break-even: mean cost at the mean rate the trips were entered at', () => {
    const report = buildRunReport(LOSING);
    const { costBps, aprPct, days } = breakEvenOf(report.trips)!;
    expect(days).toBeCloseTo((costBps / 100 / aprPct) * 365, 9);
    const words = wordsOf(renderTearsheet(report));
    const [, paidBack] = / bps paid back in (.+?) at [\d.]+ %/.exec(words)!;
    expect(/Break-even needed (.+?) at the entry APR/.exec(words)![1]).toBe(paidBack);
    expect(breakEvenOf(report.trips.map((trip) => ({ ...trip, to: null })))).toBeUndefined();
    expect(breakEvenOf(report.trips.map((trip) => ({ ...trip, aprInPct: -1 })))).toMatchObject({ days: null });
  });

  it.each([
    ['one pair', GAIN],
    ['a losing run', LOSING],
    ['forty pairs', timesPairs(GAIN, 40)],
  ] as const)('stays within 400 KB: %s', (_, facts) => {
    expect(Buffer.byteLength(pageOf(facts))).toBeLessThanOrEqual(TEARSHEET_BUDGET_BYTES);
  });

  it('says where it shows less than there is', () => {
    const words = wordsOf(pageOf(timesPairs(GAIN, 40)));
    expect(words).toContain('Charts offer the first 4 of 40 pairs');
    expect(words).toContain('its curves are thinned');
    expect(words).toContain('The first 40 of 120; all are in report.json');
  });

  it('every text has a contrast of at least 4.5 in both themes', () => {
    expect(contrastPairs().filter((pair) => pair.ratio < 4.5)).toEqual([]);
    expect(contrastPairs().length).toBeGreaterThan(30);
  });

  it('the same run gives the same page, byte for byte', () => {
    expect(pageOf(runFixture('gain'))).toBe(pageOf(runFixture('gain')));
  });
});
