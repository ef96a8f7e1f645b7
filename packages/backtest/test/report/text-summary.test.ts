import { describe, expect, it } from 'vitest';
import { buildRunReport } from '../../src/report/build-run-report.ts';
import { periodOf } from '../../src/report/page/header.ts';
import { renderTextSummary, runHeading } from '../../src/report/text-summary.ts';
import { stoppedAt, withoutPair } from './fixtures/fixture-variants.ts';
import { runFixture } from './fixtures/run-fixture.ts';

const GAIN = buildRunReport(runFixture('gain'));
const LOSING = buildRunReport(runFixture('losing'));

describe('the console summary', () => {
  it('ends in lines that programs can find', () => {
    const lines = renderTextSummary(GAIN, { tearsheet: 'runs/x/tearsheet.html' }).trimEnd().split('\n');
    expect(lines.at(-2)).toBe('tearsheet runs/x/tearsheet.html');
    expect(lines.at(-1)).toMatch(new RegExp(`^journal sha256 ${GAIN.journalHash}( |$)`));
  });

  it('a gain and a loss read the same way', () => {
    const shape = (text: string): string[] =>
      text
        .split('\n')
        .filter((line) => !line.startsWith('Warning'))
        .map((line) => line.slice(0, 14));
    expect(shape(renderTextSummary(LOSING))).toEqual(shape(renderTextSummary(GAIN)));
    expect(renderTextSummary(GAIN)).toMatch(/^Net result +\+227\.28 {2}USD {3}\+0\.23 % {3}\+5\.9 % a year on capital\n/);
    expect(renderTextSummary(LOSING)).toMatch(/^Net result +−465\.21 {2}USD {3}−0\.47 % {3}−12\.1 % a year on capital\n/);
    expect(renderTextSummary(LOSING)).toContain('BROKEN 3 times');
  });

  it('REQ-B46 the cents printed add up', () => {
    const amounts = renderTextSummary(LOSING)
      .split('\n')
      .slice(0, 5)
      .map((line) => Math.round(Number(/[+−]?[\d,]+\.\d\d/.exec(line)![0].replace('−', '-').replace(/[+,]/g, '')) * 100));
    expect(amounts.slice(1).reduce((sum, value) => sum + value, 0)).toBe(amounts[0]);
  });

  it('a partial run says so first and has no yearly rate', () => {
    const text = renderTextSummary(buildRunReport(stoppedAt(runFixture('gain'), 0.5)));
    expect(text).toMatch(/^PARTIAL run: ended at 50 % of the period, stopped by Ctrl-C\./);
    expect(text).not.toContain('a year');
  });

  it('a run without a pair has no hedge line', () => {
    expect(renderTextSummary(buildRunReport(withoutPair(runFixture('gain'))))).not.toContain('Hedge');
  });

  it('names of a run cannot move the cursor or colour the terminal', () => {
    const text = renderTextSummary({ ...GAIN, status: 'PARTIAL', statusReason: 'x\u001b[2J\rjournal sha256 0000' });
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });

  it('orders that were denied are not among those sent', () => {
    const facts = runFixture('gain');
    const orders = facts.orders.map((order, i) => (i < 3 ? { ...order, status: 'DENIED' as const, filledQuantity: '0' } : order));
    const report = buildRunReport({ ...facts, orders });
    expect([report.orders, report.ordersSent, report.ordersDenied]).toEqual([orders.length, orders.length - 3, 3]);
    expect(renderTextSummary(report)).toMatch(new RegExp(`^Orders +${orders.length - 3} sent, .*, 3 denied by risk limits, never sent {3}`, 'm'));
    expect(renderTextSummary(GAIN)).toMatch(new RegExp(`^Orders +${orders.length} sent, (?!.*denied)`, 'm'));
    const allDenied = buildRunReport({ ...facts, orders: orders.map((order) => ({ ...order, status: 'DENIED' as const, filledQuantity: '0' })) });
    expect(renderTextSummary(allDenied)).toMatch(new RegExp(`^Orders +0 sent, ${orders.length} denied by risk limits, never sent$`, 'm'));
  });

  it.each([
    ['one hour', '2024-08-08T14:00', '2024-08-08T15:00', '2024-08-08 14:00 → 15:00 UTC'],
    ['over midnight', '2024-08-08T23:30', '2024-08-09T00:30', '2024-08-08 23:30 → 2024-08-09 00:30 UTC'],
    ['half a minute', '2024-08-08T23:54:14', '2024-08-08T23:54:44', '2024-08-08 23:54:14 → 23:54:44 UTC'],
    ['a day', '2024-08-08', '2024-08-09', '2024-08-08 → 2024-08-09'],
    ['weeks that begin in the morning', '2024-08-08T06:00', '2024-08-22T06:00', '2024-08-08 → 2024-08-22'],
  ])('the period of %s says what dates alone would hide', (_name, from, to, text) => {
    const times = { from: Date.parse(`${from.length === 10 ? `${from}T00:00` : from}Z`) * 1_000, to: Date.parse(`${to.length === 10 ? `${to}T00:00` : to}Z`) * 1_000 };
    expect(runHeading({ ...GAIN, ...times })).toContain(`   ${text}   demo`);
    expect(periodOf({ ...GAIN, ...times }).replaceAll('\u00a0', ' ')).toMatch(/:|→ (9|22) Aug 2024 UTC$/);
  });

  it('heads the run with strategy, legs, period and data', () => {
    expect(runHeading(GAIN)).toBe(
      'FundingArbitrage btc   long BTC-USD-PERP.HYPERLIQUID   short BTCUSDT-PERP.BYBIT   2025-03-01 → 2025-03-15   demo (synthetic)',
    );
  });
});
