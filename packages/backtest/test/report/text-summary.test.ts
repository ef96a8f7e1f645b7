import { describe, expect, it } from 'vitest';
import { buildRunReport } from '../../src/report/build-run-report.ts';
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

  it('heads the run with strategy, legs, period and data', () => {
    expect(runHeading(GAIN)).toBe(
      'FundingArbitrage btc   long BTC-USD-PERP.HYPERLIQUID   short BTCUSDT-PERP.BYBIT   2025-03-01 → 2025-03-15   demo (synthetic)',
    );
  });
});
