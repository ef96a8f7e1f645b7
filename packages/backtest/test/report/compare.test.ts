import { describe, expect, it } from 'vitest';
import { buildRunReport } from '../../src/report/build-run-report.ts';
import { compareRuns, renderComparison } from '../../src/report/compare.ts';
import { runFixture } from './fixtures/run-fixture.ts';

const GAIN = buildRunReport(runFixture('gain'));
const LOSING = buildRunReport(runFixture('losing'));

describe('two runs side by side', () => {
  it('REQ-A04 REQ-A25 every metric with its change, every setting that differs', () => {
    const comparison = compareRuns(GAIN, LOSING);
    expect(comparison.metrics.find((row) => row.metric === 'fills')).toEqual({
      metric: 'fills',
      label: 'Fills',
      unit: '',
      first: 186,
      second: 268,
      change: 82,
    });
    expect(comparison.metrics.find((row) => row.metric === 'netPnlUsd')!.change).toBeCloseTo(Number(LOSING.netPnlUsd) - Number(GAIN.netPnlUsd), 9);
    expect(comparison.config).toContainEqual({ key: 'enterAprPct', first: '15', second: '4' });
    expect(comparison.config.map((entry) => entry.key)).not.toContain('maxUnhedgedMs');
    const text = renderComparison(comparison);
    expect(text).toMatch(/Net result +\+227\.28 +−465\.21 +−692\.49 {2}USD/);
    expect(text).toMatch(/enterAprPct +15 +→ {2}4/);
    expect(text).toContain('Caution: The data differ');
  });

  it('REQ-A25 a run against itself differs in nothing', () => {
    const comparison = compareRuns(GAIN, GAIN);
    expect(comparison.metrics.filter((row) => row.change !== 0 && row.change !== null)).toEqual([]);
    expect([comparison.config, comparison.cautions, comparison.isSameJournal]).toEqual([[], [], true]);
    expect(renderComparison(comparison)).toContain('Same journal: every decision and event was the same.');
  });

  it('a setting only one run has, and a run that is not whole, are named', () => {
    const other = {
      ...GAIN,
      status: 'PARTIAL' as const,
      statusReason: 'stopped',
      config: [...GAIN.config.slice(1), { key: 'extra', value: '1', source: 'flag' }],
      statistics: { ...GAIN.statistics, aprPct: null },
    };
    const comparison = compareRuns(GAIN, other);
    expect(comparison.config).toEqual([
      { key: 'enterAprPct', first: '15', second: null },
      { key: 'extra', first: null, second: '1' },
    ]);
    expect(comparison.metrics.find((row) => row.metric === 'statistics.aprPct')).toMatchObject({ second: null, change: null });
    expect(comparison.cautions).toEqual([`${GAIN.name} is PARTIAL: stopped.`]);
  });

  it('holds no control characters, whatever a name, value or reason does', () => {
    const other = { ...GAIN, name: 'b\u001b[2J', status: 'PARTIAL' as const, statusReason: 'a\nb', config: [{ key: 'note\r', value: '\u001b]0;x\u0007', source: 'flag' }] };
    // eslint-disable-next-line no-control-regex
    expect(renderComparison(compareRuns(GAIN, other))).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202f]|a\nb/);
  });
});
