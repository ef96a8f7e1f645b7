import { ArbError } from '@arb/core';
import type { z } from 'zod';
import { binanceRaw } from './binance-raw.ts';
import { binanceVision } from './binance-vision.ts';
import { funding7Venues } from './funding-7venues.ts';
import { fundingCexBtc } from './funding-cex-btc.ts';
import { fundingHlBinance } from './funding-hl-binance.ts';
import { hyperliquidCsv } from './hyperliquid-csv.ts';
import type { Importer, ImportJob } from './importer.ts';
import { xvenue8h } from './xvenue-8h.ts';

/** An importer whose options are not looked into: its own schema checks what it is given. */
export type AnyImporter = Omit<Importer, 'options' | 'run'> & { readonly options: z.ZodType; run(job: ImportJob<never>): Promise<void> };

/** Every archive format that can be imported. */
export const IMPORTERS: readonly AnyImporter[] = [binanceRaw, hyperliquidCsv, funding7Venues, fundingCexBtc, fundingHlBinance, binanceVision, xvenue8h];

/**
 * The importer of a format.
 *
 * @throws ArbError `ARB_USAGE_UNKNOWN_FORMAT` with the known ones
 */
export function importerOf(name: string): AnyImporter {
  const importer = IMPORTERS.find((candidate) => candidate.name === name);
  if (importer !== undefined) return importer;
  throw new ArbError('ARB_USAGE_UNKNOWN_FORMAT', `there is no importer "${name}"; the formats are ${IMPORTERS.map((known) => known.name).join(', ')}`, { name });
}
