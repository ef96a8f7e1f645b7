import fs from 'node:fs';
import { MICROS_PER_HOUR } from '@arb/core';
import { tableFromIPC } from 'apache-arrow';
import { afterAll, describe, expect, it } from 'vitest';
import { toArrow, toArrowIpc } from '../../src/catalog/arrow.ts';
import { DAY, message, newWriter, readAll, SPEC, temporaryFolder } from './catalog-fixture.ts';

const folder = temporaryFolder();
afterAll(() => fs.rmSync(folder, { recursive: true }));

describe('REQ-D05 chunks as Arrow', () => {
  it('a book: numbers shared, not copied; times are timestamps', async () => {
    const writer = await newWriter(folder);
    for (const row of message(DAY, [[0, 99, 5], [0, 98, 7], [1, 101, 4]], { isSnapshot: true, sequence: 12 })) writer.sink('book', SPEC.id).add(row);
    writer.close();
    const [chunk] = await readAll(folder, { kind: 'book' });
    const table = toArrow(chunk!, { instrument: SPEC.id });
    expect(table.getChild('lots')!.data[0]!.values.buffer).toBe(chunk!.lots.buffer);
    const read = tableFromIPC(toArrowIpc(chunk!, { instrument: SPEC.id }));
    expect(read.schema.metadata.get('instrument')).toBe(SPEC.id);
    expect(read.schema.fields.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'tsEvent Timestamp<MICROSECOND, UTC>', 'tsInit Timestamp<MICROSECOND, UTC>', 'side Uint8', 'tick Int32', 'lots Float64', 'flags Uint8', 'sequence Float64',
    ]);
    expect([...read.getChild('tick')!]).toEqual([99, 98, 101]);
    expect(read.getChild('tsInit')!.data[0]!.values[0]).toBe(BigInt(DAY + 10));
  });

  it('funding: exact index with its nulls and scales', async () => {
    const writer = await newWriter(folder);
    const row = { tsEvent: DAY, tsInit: DAY, rate: '0.0001', intervalUs: MICROS_PER_HOUR, status: 0, settlesAt: DAY + MICROS_PER_HOUR };
    writer.sink('funding', SPEC.id).add(row);
    writer.sink('funding', SPEC.id).add({ ...row, rate: '0.00015', index: '-1234.56789012345678' });
    writer.close();
    const read = tableFromIPC(toArrowIpc((await readAll(folder, { kind: 'funding' }))[0]!));
    expect([...read.getChild('index')!]).toEqual([null, -123_456_789_012_345_678n]);
    expect(Object.fromEntries(read.schema.metadata)).toEqual({ rateScale: '5', indexScale: '14' });
  });

  it('text columns', async () => {
    const writer = await newWriter(folder);
    for (const id of ['a', 'ü-2']) writer.sink('trade', SPEC.id).add({ tsEvent: DAY, tsInit: DAY, side: 0, tick: 100, lots: 1, id });
    writer.close();
    const read = tableFromIPC(toArrowIpc((await readAll(folder, { kind: 'trade', withIds: true }))[0]!));
    expect([...read.getChild('id')!]).toEqual(['a', 'ü-2']);
  });
});
