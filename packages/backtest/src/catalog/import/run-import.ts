import fs from 'node:fs';
import path from 'node:path';
import { ArbError, type InstrumentSpec } from '@arb/core';
import { z } from 'zod';
import { CatalogWriter } from '../catalog-writer.ts';
import { sha256OfFiles } from '../file-hash.ts';
import type { CatalogSource } from '../manifest.ts';
import { ImportReport, type ImportSummary } from './import-report.ts';
import type { WriterMetadata } from './importer.ts';
import { importerOf } from './importers.ts';

/** What to import and where to. */
export interface ImportRequest {
  /** Name of the format. */
  readonly format: string;
  readonly files: readonly string[];
  /** Catalog to add to; made where there is none. */
  readonly to: string;
  /** Options of the importer, as given by the user. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Specs that come before the known ones. */
  readonly instruments?: readonly InstrumentSpec[];
  /** Leave bad rows out and list them, instead of stopping at the first. */
  readonly skipBad?: boolean;
  /** Replaces the importer's own account of where the data comes from. */
  readonly source?: CatalogSource;
  /** Share of the input read, 0 to 1. */
  readonly onProgress?: (fraction: number) => void;
}

/**
 * Imports files of one format into a catalog, all of them or nothing.
 *
 * @returns what was read, written, corrected and left out
 * @throws ArbError `ARB_BAD_ROW` with file, line and reason, `ARB_BAD_FILE`, `ARB_USAGE_…`; the catalog then holds nothing of it
 */
export async function runImport(request: ImportRequest): Promise<ImportSummary> {
  const importer = importerOf(request.format);
  if (request.files.length === 0) throw new ArbError('ARB_USAGE_NO_FILE', `name at least one file: arb data import ${importer.name} <files…> --to <catalog>`, {});
  const options = importer.options.safeParse(request.options ?? {});
  if (!options.success) throw new ArbError('ARB_USAGE_OPTIONS', `options of ${importer.name}: ${z.prettifyError(options.error).replaceAll('\n', ' ')}`, {});
  const totalBytes = request.files.reduce((sum, file) => sum + sizeOf(file), 0);
  const { onProgress } = request;
  const report = new ImportReport({
    skipBad: request.skipBad ?? false,
    ...(onProgress === undefined ? {} : { onProgress: (read: number) => { onProgress(Math.min(1, read / Math.max(1, totalBytes))); } }),
  });
  const restore = rememberCatalog(request.to);
  const writers: CatalogWriter[] = [];
  const openWriter = async ({ files, source, ...rest }: WriterMetadata = {}): Promise<CatalogWriter> => {
    const writer = await CatalogWriter.open(request.to, { source: source ?? request.source ?? importer.source, sourceSha256: sha256OfFiles(files ?? request.files), ...rest });
    writers.push(writer);
    return writer;
  };
  try {
    await importer.run({ files: request.files, options: options.data as never, report, instruments: new Map((request.instruments ?? []).map((spec) => [spec.id, spec])), openWriter });
    writeGaps(report, writers[0]!);
    for (const writer of writers) writer.close();
  } catch (error) {
    for (const writer of writers) writer.abort();
    restore();
    throw error;
  }
  return report.summary(importer.name, request.to);
}

function writeGaps(report: ImportReport, writer: CatalogWriter): void {
  for (const { instrumentId, ...gap } of report.gaps) {
    writer.sink('gap', instrumentId).add({ tsEvent: gap.to, tsInit: gap.to, ...gap });
    report.wrote('gap', instrumentId);
  }
}

/** Remembers which files a catalog has; the function returned removes all that came since: an import that fails leaves nothing behind. */
function rememberCatalog(root: string): () => void {
  const manifest = path.join(root, 'catalog.json');
  const before = new Set(listFiles(root));
  const text = before.has(manifest) ? fs.readFileSync(manifest) : undefined;
  return () => {
    for (const file of listFiles(root)) if (!before.has(file)) fs.rmSync(file);
    if (text !== undefined) fs.writeFileSync(manifest, text);
  };
}

function listFiles(root: string): string[] {
  if (!fs.existsSync(root)) return [];
  return fs.readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

function sizeOf(file: string): number {
  try { return fs.statSync(file).size; } catch (error) {
    throw new ArbError('ARB_USAGE_NO_FILE', `cannot read ${file}: ${(error as Error).message}`, { file });
  }
}
