import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { buildRunReport } from '../../src/report/build-run-report.ts';
import { renderTearsheet, TEARSHEET_BUDGET_BYTES } from '../../src/report/tearsheet.ts';
import { runFixture, type Variant } from './fixtures/run-fixture.ts';

it.each(['gain', 'losing', 'idle'] satisfies Variant[])('a %s run renders', (variant) => {
  const report = buildRunReport(runFixture(variant));
  const page = renderTearsheet(report);
  writeFileSync(`/tmp/shots/${variant}.html`, page);
  console.log(variant, page.length, report.netPnlUsd, report.attribution, report.unhedged, report.statistics, report.trips.length, report.trips.reduce((s, t) => s + Number(t.netPnlUsd), 0), report.fills);
  expect(Buffer.byteLength(page)).toBeLessThan(TEARSHEET_BUDGET_BYTES);
});
