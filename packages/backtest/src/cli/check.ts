import { formatTime, Instrument, MICROS_PER_HOUR, venueOf, venueProfile } from '@arb/core';
import { counted } from '../counted.ts';
import { configJsonSchema } from '../engine/config-schema.ts';
import { configEntries, schemaProperties } from '../engine/effective-config.ts';
import { endsEarly, lengthText } from '../engine/data-cover.ts';
import { describeConvention, fundingConventionOf } from '../engine/funding-terms.ts';
import { rulingFeed } from '../engine/instrument-feed.ts';
import { marginFacts } from '../engine/venue-assumptions.ts';
import { prepareBacktest, type PreparedRun } from '../engine/run-backtest.ts';
import { resolveConfig } from './backtest.ts';
import type { BacktestFlags } from './backtest-command.ts';
import { type CommandOutput, formatJson, formatTable, PROCESS_OUTPUT } from './data-output.ts';

/** One thing that was looked at. */
export interface CheckFinding {
  readonly subject: string;
  readonly isOk: boolean;
  readonly text: string;
  /** A run is possible, but its result would lack something. */
  readonly isWarning?: true;
}

/** Runs `arb check`. */
export async function check(path: string, flags: BacktestFlags, output: CommandOutput = PROCESS_OUTPUT): Promise<void> {
  const effective = await resolveConfig(path, flags);
  const findings = checkRun(await prepareBacktest(effective, { params: flags.param ?? [] }));
  output.write(flags.json === true ? formatJson({ isOk: findings.every(({ isOk }) => isOk), findings }) : formatTable(['', 'what', 'found'], findings.map(({ subject, isOk, isWarning, text }) => [isWarning === true ? 'warn' : isOk ? 'ok' : 'NO', subject, text])));
  if (!findings.every(({ isOk }) => isOk)) output.setExitCode(1);
}

/** Runs `arb config print`. */
export async function printConfig(path: string, flags: BacktestFlags, output: CommandOutput = PROCESS_OUTPUT): Promise<void> {
  const effective = await resolveConfig(path, flags);
  const prepared = await prepareBacktest(effective, { params: flags.param ?? [] });
  const inputs = new Map(prepared.strategies.map(({ id, Class, input }) => [id, withDefaults(Class, input)]));
  const entries = configEntries(effective, { inputs, venues: prepared.venues, params: flags.param });
  output.write(flags.json === true ? formatJson(entries) : formatTable(['key', 'value', 'from'], entries.map(({ key, value, source }) => [key, value, source])));
}

/** Runs `arb config schema`. */
export function printSchema(output: CommandOutput = PROCESS_OUTPUT): void {
  output.write(formatJson(configJsonSchema()));
}

function withDefaults(Class: PreparedRun['strategies'][number]['Class'], input: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const defaults = Object.fromEntries(Object.entries(schemaProperties(Class) ?? {}).filter(([, property]) => property.default !== undefined).map(([name, property]) => [name, property.default]));
  return { ...defaults, ...input };
}

/**
 * Looks at everything a run needs: the config and the strategies' parameters have been validated, the strategies are started without data, and what they ask for
 * is compared with what there is.
 */
export function checkRun({ engine, catalog, strategies, effective, venues }: PreparedRun): CheckFinding[] {
  const { from, to, instrumentIds, history } = engine.preflight();
  const findings: CheckFinding[] = strategies.map(({ id, Class }) => ({ subject: `strategy ${id}`, isOk: true, text: `${Class.name} starts; it wants ${instrumentIds.length === 0 ? 'no market data' : instrumentIds.join(', ')}` }));
  findings.push({ subject: 'range', isOk: true, text: `${formatTime(from)} to ${formatTime(to)} of ${catalog.path}` });
  for (const [venue, { simulation }] of Object.entries(venues)) for (const [what, text] of marginFacts(simulation)) findings.push({ subject: `venue ${venue}`, isOk: true, text: `${what}: ${text}` });
  const { streams } = catalog.describe();
  const range = effective.config.data;
  const market = new Map(instrumentIds.map((id) => [id, rulingFeed(catalog, new Instrument(catalog.instrument(id, from)))]));
  for (const id of instrumentIds) {
    for (const stream of streams) {
      if (stream.instrumentId !== id || stream.kind === 'gap') continue;
      const { kind, rows, gaps } = stream;
      const isInside = stream.from < to && stream.to >= from;
      const isEarly = isInside && stream.kind === market.get(id) && endsEarly(stream, to);
      const missing = isEarly ? `; ends ${lengthText(to - stream.to)} before the run does: its book stands still from there on` : range?.from === undefined && range?.to === undefined ? '' : missingDays(stream, { from, to });
      findings.push({ subject: `data ${id}`, isOk: isInside, text: `${kind}: ${counted(rows, 'row')}, ${formatTime(stream.from)} to ${formatTime(stream.to)}${gaps > 0 ? `, ${counted(gaps, 'gap')}` : ''}${isInside ? missing : '; nothing in the range'}`, ...(isEarly ? { isWarning: true } : {}) });
    }
  }
  findings.push(...fundingFindings(catalog, instrumentIds, venues));
  for (const request of history) {
    if (request.kind === 'book' || request.kind === 'instrument') continue;
    const kind = request.kind === 'mark' || request.kind === 'index' || request.kind === 'oracle' ? 'price' : request.kind;
    const begins = Math.min(...streams.filter((stream) => stream.instrumentId === request.instrumentId && stream.kind === kind).map((stream) => stream.from));
    const wanted = from - request.historyHours * MICROS_PER_HOUR;
    const text = `${request.historyHours} h of ${request.kind}, from ${formatTime(wanted)}`;
    if (begins <= wanted) findings.push({ subject: `warm-up ${request.instrumentId}`, isOk: true, text });
    else findings.push({ subject: `warm-up ${request.instrumentId}`, isOk: false, text: `${text}; the data ${begins === Infinity ? 'have none' : `begin at ${formatTime(begins)}: start later or ask for less`}` });
  }
  return findings;
}

/** How each perpetual is charged, and whether the data has rates for it: a run without is possible, so that is said and not refused. */
function fundingFindings(catalog: PreparedRun['catalog'], ids: readonly string[], venues: PreparedRun['venues']): CheckFinding[] {
  const specs = new Map(catalog.instruments().map(({ spec }) => [spec.id, spec]));
  return ids.filter((id) => specs.get(id)?.kind === 'perpetual').flatMap((id) => {
    const config = venues[venueOf(id)];
    if (config === undefined) return [];
    const setup = { config, profile: config.profile === undefined ? undefined : venueProfile(config.profile) };
    const lacks = fundingConventionOf(setup) !== 'none' && !catalog.kinds(id).includes('funding');
    return [{ subject: `funding ${id}`, isOk: true, text: `${describeConvention(setup)}${lacks ? '; the data has no rates: nothing would be paid' : ''}`, ...(lacks ? { isWarning: true } : {}) }];
  });
}

const MICROS_PER_DAY = 24 * MICROS_PER_HOUR;

function missingDays(stream: { readonly from: number; readonly to: number }, range: { readonly from: number; readonly to: number }): string {
  const late = (stream.from - range.from) / MICROS_PER_DAY;
  const early = (range.to - stream.to) / MICROS_PER_DAY;
  return `${late > 1 ? `; begins ${late.toFixed(1)} days into the range` : ''}${early > 1 ? `; ends ${early.toFixed(1)} days before its end` : ''}`;
}
