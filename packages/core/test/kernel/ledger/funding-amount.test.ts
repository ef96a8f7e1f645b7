import { describe, expect, it } from 'vitest';
import { fundingAmount } from '../../../src/kernel/ledger/funding-amount.ts';
import { formatMoney } from '../../../src/kernel/math/money.ts';
import { Instrument } from '../../../src/kernel/model/instrument.ts';
import { INVERSE, LINEAR } from '../support/book.ts';

const at = (price: string, rate: bigint, rateDecimals: number): { price: { mantissa: bigint; decimals: number }; rate: bigint; rateDecimals: number } =>
  ({ price: { mantissa: BigInt(price), decimals: 0 }, rate, rateDecimals });

describe('funding amount', () => {
  it('case 10.4: a long pays a positive rate, a short pays a negative one', () => {
    const eth = new Instrument({ ...LINEAR.spec, id: 'ETHUSDT-PERP.BYBIT', base: 'ETH' });
    expect(formatMoney(fundingAmount(LINEAR, { lots: 2_000, ...at('50000', 1n, 4) }))).toBe('-10');
    expect(formatMoney(fundingAmount(eth, { lots: -3_000, ...at('2000', -2n, 4) }))).toBe('-1.2');
  });

  it('case 10.4: short 1 at 60,000 and 0.0001 per 8 h for 7 days receives 126', () => {
    let sum = 0n;
    for (let settlement = 0; settlement < 21; settlement++) sum += fundingAmount(LINEAR, { lots: -1_000, ...at('60000', 1n, 4) });
    expect(formatMoney(sum)).toBe('126');
  });

  it('case 10.2: an inverse contract pays in its coin, −c·q/mark·rate', () => {
    expect(formatMoney(fundingAmount(INVERSE, { lots: 10, ...at('50000', 1n, 4) }))).toBe('-0.000002');
    expect(formatMoney(fundingAmount(INVERSE, { lots: -3, ...at('60000', 1n, 4) }))).toBe('0.0000005');
  });
});
