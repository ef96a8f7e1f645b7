import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Decimal } from '../src/kernel/math/decimal.ts';
import { decimal, instrumentId, time } from '../src/zod.ts';

describe('config fields', () => {
  const Config = z.strictObject({ id: instrumentId(), size: decimal(), notionalUsd: decimal().prefault('10000'), from: time().optional() });

  it('read strings into exact values, defaults too', () => {
    const config = Config.parse({ id: 'BTC-USD-PERP.HYPERLIQUID', size: '0.000000000000000001', from: '2025-03-01T08:00Z' });
    expect(config.size).toBeInstanceOf(Decimal);
    expect([config.size.toFixed(), config.notionalUsd.toFixed(), config.from]).toEqual(['0.000000000000000001', '10000', 1_740_816_000_000_000]);
  });

  it.each(['1e3', '0x10', '1,000', '', ' ', 'NaN', 'Infinity', '1.', '.5', '--1'])('a decimal written as "%s" is refused', (text) => {
    expect(Config.safeParse({ id: 'A.B', size: text }).success).toBe(false);
  });

  it('a number is refused: it may have been rounded already', () => {
    expect(Config.safeParse({ id: 'A.B', size: 0.1 }).error?.issues).toMatchObject([{ path: ['size'], code: 'invalid_type', message: 'write it as text: "0.1"' }]);
    expect(Config.safeParse({ id: 'A.B', size: 1e-7 }).error?.issues).toMatchObject([{ message: 'write it as text: "0.0000001"' }]);
  });

  it.each(['0', '-10000', '-0', '+0.000'])('"%s" is refused where only a positive decimal makes sense', (text) => {
    const notional = decimal({ positive: true });
    expect(notional.safeParse(text).error?.issues).toMatchObject([{ message: expect.stringMatching(/is not above 0; give a positive decimal such as '10000'$/) }]);
    expect(decimal().safeParse(text).success).toBe(true);
    expect(notional.parse('0.000000000000000001').toFixed()).toBe('0.000000000000000001');
  });

  it('all problems are told at once, each with its path, in the words of the kernel', () => {
    const { error } = Config.safeParse({ id: 'BTCUSDT', size: 'x', from: 'yesterday', extra: 1 });
    expect(error?.issues.map(({ path }) => path.join('.')).sort()).toEqual(['', 'from', 'id', 'size']);
    expect(error?.issues.find(({ path }) => path[0] === 'id')?.message).toContain('BTCUSDT');
    expect(error?.issues.find(({ path }) => path[0] === 'size')?.message).toContain('"x"');
  });

  it('a schema of them is JSON Schema: strings with a description, for editors and --help', () => {
    expect(z.toJSONSchema(Config, { io: 'input' })).toMatchObject({
      properties: { id: { type: 'string', description: 'instrument id, <symbol>.<VENUE>' }, size: { type: 'string', description: 'decimal, as a string' }, notionalUsd: { type: 'string', default: '10000' } },
      required: ['id', 'size'], additionalProperties: false,
    });
  });
});
