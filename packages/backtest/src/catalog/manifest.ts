import fs from 'node:fs';
import path from 'node:path';
import { ArbError } from '@arb/core';
import { makeFolders } from '@arb/core/internal';
import { temporaryPath } from './paths.ts';
import { SCHEMA_VERSION } from './schemas.ts';

/** Where data of a catalog comes from and what may be done with it. */
export interface CatalogSource {
  /** Short name, unique in the catalog: `tardis`, `demo generator 1`. */
  readonly name: string;
  /** SPDX id or a sentence: `MIT`, `venue terms, not for redistribution`. */
  readonly licence: string;
  readonly url?: string;
  /** True where the data was made by a generator; such data is labelled in every report. */
  readonly isSynthetic: boolean;
}

/** What `catalog.json` says. */
export interface Manifest {
  readonly format: number;
  readonly sources: readonly CatalogSource[];
}

const NAME = 'catalog.json';

/**
 * Reads the manifest of a catalog.
 *
 * @throws ArbError `ARB_NOT_A_CATALOG`, `ARB_CATALOG_VERSION`
 */
export function readManifest(root: string): Manifest {
  const file = path.join(root, NAME);
  let text: string;
  try { text = fs.readFileSync(file, 'utf8'); } catch {
    throw new ArbError('ARB_NOT_A_CATALOG', `${root} is no catalog: it has no ${NAME}; make one with \`arb data import\` or name the right folder`, { path: root });
  }
  const parsed = parse(text, file);
  if (parsed.format > SCHEMA_VERSION) {
    throw new ArbError('ARB_CATALOG_VERSION', `${file} is of format ${parsed.format}, this version reads up to ${SCHEMA_VERSION}; update @arb/backtest`, { file, format: parsed.format });
  }
  return parsed;
}

/**
 * Adds a source to the manifest, which is created where there is none.
 *
 * @throws ArbError `ARB_CATALOG_SOURCE` where the name stands for something else already
 */
export function addSource(root: string, source: CatalogSource): void {
  makeFolders(root);
  const manifest = fs.existsSync(path.join(root, NAME)) ? readManifest(root) : { format: SCHEMA_VERSION, sources: [] };
  const entry: CatalogSource = { name: source.name, licence: source.licence, ...(source.url === undefined ? {} : { url: source.url }), isSynthetic: source.isSynthetic };
  const known = manifest.sources.find(({ name }) => name === source.name);
  if (known !== undefined) {
    if (JSON.stringify(known) === JSON.stringify(entry)) return;
    throw new ArbError('ARB_CATALOG_SOURCE', `${root} knows source "${source.name}" as ${JSON.stringify(known)}; give ${JSON.stringify(entry)} another name`, { known, entry });
  }
  const sources = [...manifest.sources, entry].sort((a, b) => a.name < b.name ? -1 : 1);
  const file = path.join(root, NAME);
  const temporary = temporaryPath(file);
  fs.writeFileSync(temporary, `${JSON.stringify({ format: manifest.format, sources }, null, 2)}\n`, { flush: true });
  fs.renameSync(temporary, file);
}

function parse(text: string, file: string): Manifest {
  let value: unknown;
  try { value = JSON.parse(text); } catch { /* reported below */ }
  const manifest = value as Partial<Manifest> | undefined;
  const isSource = (source: Partial<CatalogSource> | null): boolean =>
    typeof source === 'object' && source !== null && typeof source.name === 'string' && typeof source.licence === 'string' && typeof source.isSynthetic === 'boolean';
  if (typeof manifest !== 'object' || manifest === null || typeof manifest.format !== 'number' || !Array.isArray(manifest.sources) || !manifest.sources.every(isSource)) {
    throw new ArbError('ARB_NOT_A_CATALOG', `${file} is not a catalog manifest; it needs "format" and "sources" with name, licence and isSynthetic`, { file });
  }
  return manifest as Manifest;
}
