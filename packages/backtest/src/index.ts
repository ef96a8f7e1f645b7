/**
 * Backtests as a library: the engine, its results and the catalog.
 * @packageDocumentation
 */
export { type AddVenueOptions, BacktestEngine, type BacktestOptions, type DataRange, type Progress, type RunOptions } from './engine/backtest-engine.ts';
export { BacktestResult } from './engine/backtest-result.ts';
export { runBacktest, type RunBacktestOptions } from './engine/run-backtest.ts';
export type { SweepObjective } from './sweep/objective.ts';
export type { SweepPoint } from './sweep/parameter-space.ts';
export type { RunOutcome } from './sweep/run-outcome.ts';
export { runSweep, type SweepOptions } from './sweep/sweep.ts';
export type { SweepProgress, SweepResult, SweepRun, SweepWindow, SweptParameter } from './sweep/sweep-result.ts';
export { Catalog } from './catalog/catalog.ts';
export { CatalogWriter } from './catalog/catalog-writer.ts';
export { type CheckOptions, type CheckReport, checkCatalog } from './catalog/check/check-catalog.ts';
export { clockShiftOf } from './catalog/import/binance-raw.ts';
export type { ImportSummary } from './catalog/import/import-report.ts';
export { type ImportRequest, runImport } from './catalog/import/run-import.ts';
export type { RunReport, RunStamp, RunSummary } from './report/run-report.ts';
export { renderTearsheet } from './report/tearsheet.ts';
