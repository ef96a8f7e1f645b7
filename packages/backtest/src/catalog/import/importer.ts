import type { InstrumentSpec } from '@arb/core';
import type { z } from 'zod';
import type { CatalogSource } from '../manifest.ts';
import type { CatalogWriter } from '../catalog-writer.ts';
import type { ImportReport } from './import-report.ts';

/** What an importer tells the writer once it has looked at the files. */
export interface WriterMetadata {
  /** Error of the recorder's clock, µs, which the importer subtracts from the receive stamps. */
  readonly clockShiftUs?: number;
  /** Files of this writer; all of the job unless said. */
  readonly files?: readonly string[];
  /** Replaces the job's source, for rows that are derived. */
  readonly source?: CatalogSource;
  /** One file a year of kinds that have one a day, for archives of few rows. */
  readonly yearlyFiles?: boolean;
}

/** One import: what an importer gets. */
export interface ImportJob<Options> {
  /** Files in the order given; an importer may reorder them. */
  readonly files: readonly string[];
  /** Checked by the importer's schema. */
  readonly options: Options;
  readonly report: ImportReport;
  /** Specs that the user gave, by id; they come before the known ones. */
  readonly instruments: ReadonlyMap<string, InstrumentSpec>;
  /** Opens the catalog for adding. Whoever started the job closes it, or removes what is unfinished when the import fails. */
  openWriter(metadata?: WriterMetadata): Promise<CatalogWriter>;
}

/** Reads one archive format into a catalog, in bounded memory. */
export interface Importer<Options = unknown> {
  /** As on the command line: `binance-raw`. */
  readonly name: string;
  /** One line for `arb data import --help`. */
  readonly summary: string;
  /** Files and fields it reads, and what it corrects: shown by `arb data import <name> --help`. */
  readonly description: string;
  /** Where the data comes from unless the user says otherwise. */
  readonly source: CatalogSource;
  readonly options: z.ZodType<Options>;
  /**
   * Reads the files and adds their rows; holes go to the report, which writes them at the end.
   *
   * @throws ArbError `ARB_BAD_ROW` with file, line and reason at the first bad row, unless the report skips them
   */
  run(job: ImportJob<Options>): Promise<void>;
}
