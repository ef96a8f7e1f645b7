import fs from 'node:fs';
import path from 'node:path';
import { ArbError, type InstrumentSpec } from '@arb/core';
import { requireWritable } from '@arb/core/internal';
import { z } from 'zod';
import { counted } from '../../counted.ts';
import { missingFolders } from '../../missing-folders.ts';
import { issueWords, valueWords } from '../../schema-words.ts';
import { CatalogWriter } from '../catalog-writer.ts';
import { sha256OfFiles } from '../file-hash.ts';
import type { CatalogSource } from '../manifest.ts';
import { ImportReport, type ImportSummary } from './import-report.ts';
import type { WriterMetadata } from './importer.ts';
import { type AnyImporter, importerOf } from './importers.ts';

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
  /** Ends the import at the next row; the catalog is then as before. */
  readonly signal?: AbortSignal;
}

/**
 * Imports files of one format into a catalog, all of them or nothing.
 *
 * @returns what was read, written, corrected and left out
 * @throws ArbError `ARB_BAD_ROW` with file, line and reason, `ARB_BAD_FILE`, `ARB_USAGE_…`, `ARB_INTERRUPTED`; the catalog then holds nothing of it
 */
export async function runImport(request: ImportRequest): Promise<ImportSummary> {
  const importer = importerOf(request.format);
  if (request.files.length === 0) throw new ArbError('ARB_USAGE_NO_FILE', `name at least one file: arb data import ${importer.name} <files…> --to <catalog>`, {});
  const options = importer.options.safeParse(request.options ?? {});
  if (!options.success) throw new ArbError('ARB_USAGE_OPTIONS', optionProblems(importer, options.error, request.options ?? {}).join('; '), {});
  const totalBytes = request.files.reduce((sum, file) => sum + sizeOf(file), 0);
  if (fs.existsSync(request.to) && !fs.statSync(request.to).isDirectory()) throw new ArbError('ARB_USAGE_TO', `--to ${request.to} is a file; name the folder of a catalog, or a new one`, { to: request.to });
  requireWritable(request.to);
  const { onProgress, signal } = request;
  const report = new ImportReport({
    skipBad: request.skipBad ?? false, ...(signal === undefined ? {} : { signal }),
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
    if (!report.hasWritten) throw new ArbError('ARB_BAD_FILE', `${request.files.join(', ')}: no row of ${importer.name} data in ${request.files.length === 1 ? 'it' : 'them'}${report.skippedRows > 0 ? `, ${counted(report.skippedRows, 'bad one')}` : ''}; nothing was imported`, {});
    writeGaps(report, writers[0]!);
    for (const writer of writers) writer.close();
  } catch (error) {
    for (const writer of writers) writer.abort();
    restore(writers.flatMap((writer) => writer.files));
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

/** What is wrong with options of the command line, and which there are. */
function optionProblems(importer: AnyImporter, error: z.ZodError, given: Readonly<Record<string, unknown>>): string[] {
  const known = Object.keys((z.toJSONSchema(importer.options, { io: 'input', unrepresentable: 'any' }) as { readonly properties?: object }).properties ?? {}).filter((name) => name !== 'instrument');
  const allowed = known.length === 0 ? `${importer.name} takes no options` : `${importer.name} takes ${known.join(', ')}`;
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => (key === 'instrument' ? `${importer.name} names its instruments itself; leave --instrument out` : `--option ${key} is not known; ${allowed}`));
    const name = String(issue.path[0]);
    if (name === 'instrument') return `${importer.name} does not name its instrument; add --instrument <id>, as in --instrument BTCUSDT.BINANCE`;
    return `--option ${name} is ${valueWords(given[name])}: ${issueWords(issue, given[name])}`;
  });
}

/**
 * Remembers what a catalog has; the function returned removes the files given and what was made for them: an import that fails leaves nothing behind, and
 * nothing of another one at work in the same catalog is touched.
 */
function rememberCatalog(root: string): (own: readonly string[]) => void {
  const manifest = path.join(root, 'catalog.json');
  const missing = missingFolders(root);
  const before = new Set(listEntries(root).map(({ name }) => name));
  const text = before.has(manifest) ? fs.readFileSync(manifest) : undefined;
  return (own) => {
    for (const file of own) fs.rmSync(file, { force: true });
    const made = listEntries(root).filter(({ name }) => !before.has(name) && name !== manifest);
    if (!made.some(({ isFolder }) => !isFolder)) {
      if (text !== undefined) fs.writeFileSync(manifest, text);
      else if (fs.existsSync(manifest)) fs.rmSync(manifest);
    }
    for (const { name, isFolder } of made.reverse()) if (isFolder) removeEmpty(name);      // what a folder holds before the folder
    for (const folder of missing) removeEmpty(folder);
  };
}

function removeEmpty(folder: string): void {
  if (fs.existsSync(folder) && fs.readdirSync(folder).length === 0) fs.rmdirSync(folder);
}

/** Everything in a folder, each after the folder it is in. */
function listEntries(root: string): { readonly name: string; readonly isFolder: boolean }[] {
  if (!fs.existsSync(root)) return [];
  return fs.readdirSync(root, { recursive: true, withFileTypes: true }).map((entry) => ({ name: path.join(entry.parentPath, entry.name), isFolder: entry.isDirectory() })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function sizeOf(file: string): number {
  const found = fs.statSync(file, { throwIfNoEntry: false });
  if (found === undefined) throw new ArbError('ARB_USAGE_NO_FILE', `no file ${file}; name an existing one`, { file });
  if (found.isDirectory()) throw new ArbError('ARB_USAGE_NO_FILE', `${file} is a folder; name the files in it, as in ${path.join(file, '*')}`, { file });
  return found.size;
}
