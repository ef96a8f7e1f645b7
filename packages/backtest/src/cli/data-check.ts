import { formatTime } from '@arb/core';
import type { CheckReport } from '../catalog/check/check-catalog.ts';
import { counted, formatCount } from '../counted.ts';
import { formatTable } from './data-output.ts';

const milliseconds = (value: number): string => value >= 3_600_000 ? `${(value / 3_600_000).toFixed(1)} h` : value >= 10_000 ? `${(value / 1_000).toFixed(1)} s` : value >= 10 ? `${Math.round(value)} ms` : `${value.toFixed(2)} ms`;

/** The report of the data doctor for `--json`: times are ISO 8601. */
export function checkJson(report: CheckReport): unknown {
  return {
    path: report.path, isUsable: report.isUsable,
    streams: report.streams.map((stream) => ({ ...stream, from: formatTime(stream.from), to: formatTime(stream.to) })),
    findings: report.findings.map((finding) => ({ ...finding, firstAt: finding.firstAt === undefined ? undefined : formatTime(finding.firstAt) })),
  };
}

/** The report of the data doctor for people: streams in figures, then what was found, worst first. */
export function formatCheck(report: CheckReport): string {
  const rows = report.streams.map((stream) => [
    stream.instrumentId, stream.kind, formatCount(stream.rows), milliseconds(stream.time.stepMs.p50), milliseconds(stream.time.stepMs.max), milliseconds(stream.time.delayMs.p50), milliseconds(stream.time.delayMs.p99),
    stream.funding === undefined ? '' : `${(100 * stream.funding.coverage).toFixed(1)} %`, stream.gaps === 0 ? '' : stream.gaps,
  ]);
  const table = formatTable(['instrument', 'kind', '>rows', '>step p50', '>step max', '>delay p50', '>delay p99', '>coverage', '>gaps'], rows);
  const counts = (['error', 'warning', 'info'] as const).map((severity) => ({ severity, count: report.findings.filter((finding) => finding.severity === severity).length })).filter(({ count }) => count > 0);
  const findings = report.findings.map((finding) => `${finding.severity.padEnd(7)}  ${finding.code.padEnd(15)}  ${finding.instrumentId} ${finding.kind}: ${finding.message}${finding.firstAt === undefined ? '' : ` (first ${formatTime(finding.firstAt)})`}\n`);
  const verdict = report.isUsable ? 'usable' : 'not usable as it is';
  return `${table}\n${findings.join('')}${findings.length === 0 ? '' : '\n'}${report.path}: ${verdict}; ${counts.map(({ severity, count }) => `${severity === 'info' ? `${count} info` : counted(count, severity)}`).join(', ') || 'nothing found'}\n`;
}
