import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runExample } from './example-run.ts';

type Report = Awaited<ReturnType<typeof runExample>>['report'];

const folder = mkdtempSync(join(tmpdir(), 'arb-numbers-'));
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

/** As the page writes numbers, worked out here anew: `−2,145.97`, `+0.02`, `0.00`. */
function number(value: number | string | null, decimals = 2, isSigned = false): string {
  if (value === null) return '–';
  const text = Math.abs(Number(value)).toFixed(decimals).replaceAll(/\B(?=(\d{3})+(\.|$))/g, (match, _digits, _dot, at: number, whole: string) => (whole.slice(0, at).includes('.') ? match : ','));
  if (!/[1-9]/.test(text)) return text;
  return Number(value) < 0 ? `−${text}` : isSigned ? `+${text}` : text;
}
const signed = (value: number | string | null, decimals = 2): string => number(value, decimals, true);
const sum = (values: readonly (number | string)[]): number => values.reduce<number>((total, value) => total + Number(value), 0);

/** What a reader sees of some markup. */
const words = (markup: string): string =>
  markup.replace(/<(script|style)[\s\S]*?<\/\1>/g, '').replaceAll('<wbr>', '').replace(/<[^>]+>/g, ' ').replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code))).replaceAll(/[\s\u202f\u00a0]+/g, ' ').trim();
const panelOf = (page: string, title: string): string => page.slice(page.indexOf(`<h2>${title}</h2>`)).split('<h2>')[1]!;
/** Cells of the rows of the first table of a panel. */
const cellsOf = (panel: string): string[][] => [.../<table[\s\S]*?<\/table>/.exec(panel)![0].matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map(([, row]) => [...row!.matchAll(/<t[hd][^>]*>([\s\S]*?)<\/t[hd]>/g)].map(([, cell]) => words(cell!)));
const valuesOf = (panel: string): Record<string, string> => Object.fromEntries([...panel.matchAll(/<dt>([\s\S]*?)<\/dt><dd>([\s\S]*?)<\/dd>/g)].map(([, term, value]) => [words(term!), words(value!)]));
const embedded = (page: string, id: string): Record<string, unknown> => JSON.parse(new RegExp(`<script type="application/json" id="${id}">(.*?)</script>`, 's').exec(page)![1]!) as Record<string, unknown>;

/** The page has numbers that are not money to nine digits. */
const inPage = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value, (_, own: unknown) => (typeof own === 'number' && !Number.isInteger(own) ? Number(own.toPrecision(9)) : own))) as Value;

describe.each(['configs/xvenue-8h.json', 'configs/binance-20240808.json'])('REQ-D18 the tearsheet of real data tells the numbers of its report: %s', (config) => {
  let report: Report;
  let page: string;
  beforeAll(async () => {
    const result = await runExample(config);
    const file = join(folder, 'page.html');
    await result.writeTearsheet(file);
    page = readFileSync(file, 'utf8');
    report = JSON.parse(JSON.stringify(result.report)) as Report;
  }, 120_000);

  it('the six figures', () => {
    const figures = valuesOf(/<dl class="kpis">[\s\S]*?<\/dl>/.exec(page)![0]);
    const { statistics, attribution, unhedged } = report;
    expect(figures['Net result']).toMatch(new RegExp(`^${signed(report.netPnlUsd).replace('+', '\\+')} USD `));
    expect(figures['Return on capital']).toMatch(new RegExp(`^${signed(statistics.returnPct).replace('+', '\\+')} % `));
    expect(figures['Max drawdown']).toContain(`${signed(statistics.maxDrawdownUsd)} USD ${signed(statistics.maxDrawdownPct)} %`);
    const cost = -sum([attribution.feesUsd, attribution.slippageUsd, attribution.gasUsd, attribution.borrowUsd]);
    expect(figures['Cost ÷ funding']).toContain(statistics.costToFundingPct === null ? `funding ${signed(attribution.fundingUsd)}, cost ${number(cost)} USD` : `${number(statistics.costToFundingPct, 0)} % ${number(cost)} of ${number(attribution.fundingUsd)} USD`);
    expect(figures['Time in position']).toMatch(new RegExp(`^${number(statistics.timeInPositionPct, 0)} % ${report.roundTrips} round trip`));
    expect(figures['Worst unhedged']).toContain(`${number(unhedged.maxUsdSeconds, 0)} USD·s`);
    expect(figures['Worst unhedged']).toContain(`${number(unhedged.worstPctOfBudget, 0)} % of budget`);
  });

  it('the parts, each within the cent that makes them add up', () => {
    const names = { 'Funding received': 'fundingReceivedUsd', 'Funding paid': 'fundingPaidUsd', 'Basis': 'basisUsd', 'Price direction': 'directionalUsd', 'Fees': 'feesUsd', 'Slippage': 'slippageUsd', 'Currency': 'fxUsd' } as const;
    const rows = [...page.matchAll(/role="rowheader">([^<]+)[\s\S]*?role="cell">([^<]+)</g)].map(([, name, value]) => [words(name!), Number(value!.replace('−', '-').replaceAll(/[+,\s]/g, ''))] as const);
    expect(rows.at(-1)).toEqual(['Net result', Number(Number(report.netPnlUsd).toFixed(2))]);
    expect(Math.round(sum(rows.slice(0, -1).map(([, usd]) => usd)) * 100)).toBe(Math.round(rows.at(-1)![1] * 100));
    for (const [name, usd] of rows.slice(0, -1)) expect(Math.abs(usd - Number(report.attribution[names[name as keyof typeof names]])), name).toBeLessThan(0.01);
  });

  it('round trips', () => {
    const rows = cellsOf(panelOf(page, 'Round trips')).slice(1);
    const pct = (value: number | null): string => (value === null ? '–' : `${number(value, 1)} %`);
    expect(rows.at(-1)!.at(-1)).toBe(signed(sum(report.trips.map(({ netPnlUsd }) => netPnlUsd))));
    expect(rows.length - 1).toBe(Math.min(40, report.roundTrips));
    report.trips.slice(0, rows.length - 1).forEach((trip, index) => {
      const [n, , aprs, net] = rows[index]!;
      expect([n, aprs]).toEqual([String(trip.n), `${pct(trip.aprInPct)} ${pct(trip.aprOutPct)}`]);
      expect(net).toBe(`${signed(trip.netPnlUsd)} ${signed(trip.fundingUsd, 0)} funding, ${signed(sum([trip.feesUsd, trip.slippageUsd]), 0)} cost`);
    });
  });

  it('funding and costs by leg', () => {
    const funding = Object.fromEntries(cellsOf(panelOf(page, 'Funding by leg')).map(([name, ...values]) => [name, values]));
    const legs = [...report.legs].sort((a) => (a.role === 'short' ? -1 : 1));
    expect(funding['Settlements']).toEqual(legs.map(({ settlements }) => number(settlements, 0)));
    expect(funding['Average rate held, APR']).toEqual(legs.map(({ averageAprPct }) => (averageAprPct === null ? '–' : `${number(averageAprPct, 1)} %`)));
    expect(funding['Received, USD']).toEqual(legs.map(({ fundingReceivedUsd }) => signed(fundingReceivedUsd)));
    expect(funding['Paid, USD']).toEqual(legs.map(({ fundingPaidUsd }) => signed(fundingPaidUsd)));
    expect(funding['Net funding, USD']).toEqual(legs.map((leg) => signed(sum([leg.fundingReceivedUsd, leg.fundingPaidUsd, leg.fundingAccruedUsd]))));
    const cost = Object.fromEntries(cellsOf(panelOf(page, 'What trading cost')).map(([name, ...values]) => [name, values]));
    expect(cost['Fills']).toEqual(report.legs.map(({ fills }) => number(fills, 0)));
    expect(cost['Traded, USD']).toEqual(report.legs.map(({ tradedUsd }) => number(tradedUsd, 0)));
    expect(cost['Fees, bps']).toEqual(report.legs.map(({ feesBps }) => signed(feesBps)));
    expect(cost['Slippage, bps']).toEqual(report.legs.map(({ slippageBps }) => signed(slippageBps)));
    expect(cost['Fees, USD']).toEqual(report.legs.map(({ feesUsd }) => signed(feesUsd)));
    expect(cost['Slippage, USD']).toEqual(report.legs.map(({ slippageUsd }) => signed(slippageUsd)));
    expect(cost['Cost, USD']).toEqual(report.legs.map(({ feesUsd, slippageUsd }) => signed(sum([feesUsd, slippageUsd]))));
  });

  it('hedge quality and markouts', () => {
    const { unhedged, pairs: [pair] } = report;
    const hedge = valuesOf(panelOf(page, 'Hedge quality'));
    expect(hedge['Unhedged, largest']).toBe(`${number(unhedged.maxUsdSeconds, 0)} of ${number(unhedged.budgetUsdSeconds, 0)} USD·s`);
    expect(hedge['Outside the budget']).toBe(`${unhedged.overBudget} of ${number(unhedged.episodes, 0)} episodes`);
    expect(hedge['Together']).toContain(`or ${number(unhedged.usdSeconds, 0)} USD·s`);
    expect(hedge['Leg skew, median and p95']).toBe(`${number(pair!.skewP50Seconds! * 1e3, 0)} and ${number(pair!.skewP95Seconds! * 1e3, 0)} ms`);
    expect(hedge['Delta while hedged, median and p99']).toBe(pair!.deltaP50Usd === null ? 'no sample while hedged' : `${number(pair!.deltaP50Usd, 0)} and ${number(pair!.deltaP99Usd, 0)} USD`);
    const markouts = cellsOf(panelOf(page, 'Fill markouts')).slice(1);
    expect(markouts.map((row) => row.slice(1))).toEqual(report.markouts.map(({ points }) => points.map(({ meanBps, ci95Bps }) => (meanBps === null ? '–' : `${signed(meanBps)}${ci95Bps === null ? '' : ` ± ${number(ci95Bps)}`}`))));
  });

  it('days, counts, hashes, and the data that the charts and the tables of fills and orders draw', () => {
    const days = cellsOf(panelOf(page, 'Result over time')).slice(1);
    const at = (name: string): number => report.tables.daily.columns.indexOf(name as never);
    days.forEach((row, index) => { expect([row[1], row.at(-1)]).toEqual([signed(report.tables.daily.rows[index]![at('netPnlUsd')] as string), signed(report.tables.daily.rows[index]![at('resultUsd')] as string)]); });
    const facts = valuesOf(/<dl class="facts">[\s\S]*?<\/dl>/.exec(page)![0]);
    expect([facts['Capital'], facts['Orders'], facts['Seed']]).toEqual([expect.stringContaining(`${number(report.capitalUsd, 0)} USD`), `${number(report.orders, 0)} sent, ${number(report.fills, 0)} fills`, String(report.seed)]);
    const identity = valuesOf(panelOf(page, 'Identity'));
    expect([identity['Journal sha256'], identity['Config sha256'], identity['Data sha256']]).toEqual([report.journalHash, report.configHash, report.dataHash].map((hash) => hash.slice(0, 16)));
    const { tables, ...run } = embedded(page, 'arb-run') as unknown as Report;
    const { tables: own, series, ...rest } = report;
    expect(run).toEqual(inPage(rest));
    for (const name of ['fills', 'orders'] as const) {
      for (const column of (tables[name].columns as readonly string[]).filter((shown) => shown !== 'leg')) {
        const read = (table: { readonly columns: readonly string[]; readonly rows: readonly (readonly unknown[])[] }): unknown[] => table.rows.map((row) => row[table.columns.indexOf(column)]);
        const exact = read(own[name]);
        read(tables[name]).forEach((value, index) => {
          if (typeof value === 'string' && column.endsWith('Usd')) expect(Math.abs(Number(value) - Number(exact[index]))).toBeLessThan(1e-4);
          else expect(value, `${name} ${column} ${index}`).toEqual(inPage(exact[index]));
        });
        expect(tables[name].rows.length).toBe(own[name].rows.length);
      }
    }
    const { netPnlUsd } = embedded(page, 'arb-series') as { readonly netPnlUsd: { readonly scale: number; readonly d: readonly (number | null)[] } };
    expect(sum(netPnlUsd.d.filter((step) => step !== null)) / netPnlUsd.scale).toBeCloseTo(series.netPnlUsd.values.at(-1)!, 2);
  });
});
