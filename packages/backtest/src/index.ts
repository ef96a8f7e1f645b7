/**
 * Backtests as a library: the engine, its results and the catalog.
 * @packageDocumentation
 */
export { type AddVenueOptions, BacktestEngine, type BacktestOptions, type DataRange, type Progress, type RunOptions } from './engine/backtest-engine.ts';
export { BacktestResult } from './engine/backtest-result.ts';
export { runBacktest, type RunBacktestOptions } from './engine/run-backtest.ts';
export { Catalog } from './catalog/catalog.ts';
export { CatalogWriter } from './catalog/catalog-writer.ts';
export { type CheckOptions, type CheckReport, checkCatalog } from './catalog/check/check-catalog.ts';
export { clockShiftOf } from './catalog/import/binance-raw.ts';
export type { ImportSummary } from './catalog/import/import-report.ts';
export { type ImportRequest, runImport } from './catalog/import/run-import.ts';
export type { RunReport, RunStamp, RunSummary } from './report/run-report.ts';
export { renderTearsheet } from './report/tearsheet.ts';
