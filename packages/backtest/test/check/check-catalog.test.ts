import fs from 'node:fs';
import path from 'node:path';
import { type InstrumentSpec, parseTime } from '@arb/core';
import { describe, expect, it } from 'vitest';
import { Catalog } from '../../src/catalog/catalog.ts';
import { CatalogWriter } from '../../src/catalog/catalog-writer.ts';
import { checkCatalog } from '../../src/catalog/check/check-catalog.ts';
import { temporaryFolder } from '../import/recorded.ts';

const HOUR = 3_600_000_000;
const T = parseTime('2025-03-01');
const spec = (venue: string): InstrumentSpec => ({ id: `BTC-USD-PERP.${venue}`, kind: 'perpetual', base: 'BTC', quote: 'USD', settle: 'USD', priceIncrement: '0.1', sizeIncrement: '0.001' });

/** A price that walks: the same at the same time on every venue, but for a basis point of its own. */
function price(hour: number, venue: number): string {
  let walk = 0;
  for (let i = 0; i <= hour; i++) walk += ((i * i * 31 + i * 17) % 199 - 99) * 4;
  return (60_000 + walk + venue * (hour % 3)).toFixed(1);
}

async function twoVenues(lateHours: number): Promise<Catalog> {
  const to = temporaryFolder();
  const writer = await CatalogWriter.open(to, { source: { name: 'test', licence: 'MIT', isSynthetic: true } });
  for (const [venue, name] of ['A', 'B'].entries()) {
    writer.addInstruments([spec(name)], T);
    for (let hour = 1; hour < 500; hour++) {
      const at = T + (hour + venue * lateHours) * HOUR;
      const close = price(hour, venue);
      writer.sink('bar', spec(name).id).add({ tsEvent: at, tsInit: at, open: close, high: close, low: close, close, volume: '1', intervalUs: HOUR, priceKind: 0 });
    }
  }
  writer.close();
  return await Catalog.open(to);
}

describe('the data doctor', () => {
  it('finds bars of one venue labelled late, and by how much', async () => {
    const report = await checkCatalog(await twoVenues(2));
    expect(report.isUsable).toBe(false);
    expect(report.findings).toMatchObject([{ severity: 'error', code: 'MISALIGNED', instrumentId: 'BTC-USD-PERP.B' }]);
    expect(report.findings[0]!.message).toMatch(/moved by -2 bars it would be 0\.\d/);
  });

  it('has nothing to say of bars in step', async () => {
    expect((await checkCatalog(await twoVenues(0))).findings).toEqual([]);
  });

  it('reports a damaged file as unreadable and goes on with the rest', async () => {
    const catalog = await twoVenues(0);
    const [file] = catalog.files('bar', 'BTC-USD-PERP.A');
    const bytes = fs.readFileSync(file!.path);
    bytes.fill(0xff, 8, 400);
    fs.writeFileSync(file!.path, bytes);
    const report = await checkCatalog(await Catalog.open(catalog.path));
    expect(report.findings).toMatchObject([{ severity: 'error', code: 'UNREADABLE', instrumentId: 'BTC-USD-PERP.A' }]);
    expect(report.findings[0]!.message).toContain(path.basename(file!.path));
    expect(report.streams.map(({ rows }) => rows)).toEqual([499, 499]);
  });

  it('reads only what is asked for, and says when that is nothing', async () => {
    const catalog = await twoVenues(0);
    expect((await checkCatalog(catalog, { instrumentIds: ['BTC-USD-PERP.A'] })).streams).toHaveLength(1);
    await expect(checkCatalog(catalog, { kinds: ['book'] })).rejects.toMatchObject({ code: 'ARB_USAGE_NO_DATA' });
  });
});
