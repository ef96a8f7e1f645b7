import { Decimal } from '@arb/core';
import type { Cell, Table } from '../report/run-report.ts';
import type { ColumnKind, ColumnKinds } from '../report/table-files.ts';
import type { RunOutcome } from './run-outcome.ts';
import type { SweepResult, SweptParameter } from './sweep-result.ts';

const AMOUNT: ColumnKind = { decimals: 8 };
const FIGURE: ColumnKind = { decimals: 6 };
/** Digits of a parameter that a DECIMAL in 64 bits holds. */
const MAX_PARAMETER_DECIMALS = 12;

/** Columns of an outcome, in order, with the way they are stored. */
const OUTCOME_KINDS: { readonly [Column in keyof RunOutcome]: ColumnKind } = {
  from: 'time', to: 'time', netPnlUsd: AMOUNT, fundingUsd: AMOUNT, feesUsd: AMOUNT, slippageUsd: AMOUNT, returnPct: FIGURE, sharpe: FIGURE, maxDrawdownUsd: AMOUNT, orders: 'integer', fills: 'integer', roundTrips: 'integer',
  maxUnhedgedSeconds: FIGURE, rows: { decimals: 0 }, journalHash: 'text', dataHash: 'text', dataLabel: 'text', seconds: FIGURE, failure: 'text',
};
const WINDOW_KINDS: ColumnKinds = { trainFrom: 'time', trainTo: 'time', trainValue: AMOUNT };
const OUTCOME_COLUMNS = Object.keys(OUTCOME_KINDS) as (keyof RunOutcome)[];

/** A sweep as a table of one row a run: its place, its parameters (numbers where all of a parameter's values are), what it came to. */
export function sweepTable({ parameters, runs, windows }: SweepResult): { readonly table: Table; readonly kinds: ColumnKinds } {
  const names = parameters.map(({ name }) => columnOf(name));
  const windowColumns = windows === null ? [] : Object.keys(WINDOW_KINDS);
  const rows = runs.map((run): Cell[] => {
    const window = windows?.[run.run - 1];
    return [run.run, ...parameters.map(({ name }) => run.params[name] ?? null), ...(window === undefined ? [] : [window.trainFrom, window.trainTo, window.trainValue]), ...OUTCOME_COLUMNS.map((column) => run[column])];
  });
  return {
    table: { columns: ['run', ...names, ...windowColumns, ...OUTCOME_COLUMNS], rows },
    kinds: { run: 'integer', ...Object.fromEntries(parameters.map((parameter, i) => [names[i], kindOf(parameter)])), ...WINDOW_KINDS, ...OUTCOME_KINDS },
  };
}

/** A parameter called like a result has another name in files. */
function columnOf(name: string): string {
  return name === 'run' || Object.hasOwn(OUTCOME_KINDS, name) || Object.hasOwn(WINDOW_KINDS, name) ? `param_${name}` : name;
}

function kindOf({ values }: SweptParameter): ColumnKind {
  if (!values.every(isPlainNumber)) return 'text';
  return { decimals: Math.min(MAX_PARAMETER_DECIMALS, Math.max(0, ...values.map((value) => new Decimal(value).decimalPlaces()))) };
}

/** Whether a parameter's value is a number as people write one. */
export function isPlainNumber(value: string): boolean { return /^-?\d{1,15}(\.\d+)?$/.test(value); }
