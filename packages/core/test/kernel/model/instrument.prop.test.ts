import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '../../../src/kernel/math/decimal.ts';
import { fromMoney, POW10 } from '../../../src/kernel/math/money.ts';
import { Instrument, type InstrumentSpec } from '../../../src/kernel/model/instrument.ts';
import { INVERSE, LINEAR } from '../support/book.ts';

const grid = fc.constantFrom('0.1', '0.5', '0.01', '0.00025', '1', '10', '0.000001', '2.5');
const sizes = fc.constantFrom('0.001', '1', '0.00001', '100', '0.2', '10');
const spec = (fields: Partial<InstrumentSpec> = {}): InstrumentSpec => ({ id: 'X-PERP.BYBIT', kind: 'perpetual', base: 'BTC', quote: 'USDT', settle: 'USDT', priceIncrement: '0.1', sizeIncrement: '0.001', ...fields });
const made = fc.record({ priceIncrement: grid, sizeIncrement: sizes, multiplier: fc.constantFrom('1', '0.01', '10'), isInverse: fc.boolean() })
  .map((fields) => new Instrument(spec({ ...fields, settle: fields.isInverse ? 'BTC' : 'USDT' })));
const tick = fc.integer({ min: 1, max: 2_000_000_000 });
const lots = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 });

/** What lots at a price are worth, from the definition: q·m·p, for inverse contracts q·m/p. */
function value(instrument: Instrument, price: Decimal, size: number): Decimal {
  const quantity = instrument.lotsToDecimal(size).times(instrument.multiplier);
  return (instrument.isInverse ? quantity.div(price) : quantity.times(price)).toDecimalPlaces(18, Decimal.ROUND_HALF_EVEN);
}

describe('instrument', () => {
  it('REQ-D06 prices and quantities convert to integers and back, exactly', () => {
    fc.assert(fc.property(made, tick, lots, (instrument, price, size) => {
      expect(instrument.toTick(instrument.tickToDecimal(price))).toBe(price);
      expect(instrument.toLots(instrument.lotsToDecimal(size).toFixed())).toBe(size);
      expect(instrument.tickToNumber(price)).toBe(Number(instrument.tickToDecimal(price)));
      expect(instrument.lotsToNumber(size) + 0).toBe(Number(instrument.lotsToDecimal(size)) + 0);
      expect(instrument.toTick(instrument.tickToNumber(price))).toBe(price);
    }));
  });

  it('REQ-D06 value on the grid is exact for linear and rounded once half to even for inverse contracts', () => {
    fc.assert(fc.property(made, tick, lots, (instrument, price, size) => {
      expect(fromMoney(instrument.valueOf(price, size)).eq(value(instrument, instrument.tickToDecimal(price), size))).toBe(true);
      expect(instrument.valueOf(price, -size)).toBe(-instrument.valueOf(price, size));
    }));
  });

  it('REQ-D06 value off the grid is rounded once half to even', () => {
    fc.assert(fc.property(made, fc.bigInt({ min: 1n, max: 10n ** 15n }), fc.integer({ min: 0, max: 12 }), lots, (instrument, mantissa, decimals, size) => {
      const price = new Decimal(mantissa.toString()).div(POW10[decimals]!.toString());
      expect(fromMoney(instrument.valueAt(mantissa, decimals, size)).eq(value(instrument, price, size))).toBe(true);
    }));
  });

  it('rounds onto the grid, on the side asked for, by less than one step', () => {
    fc.assert(fc.property(made, fc.double({ min: 0.01, max: 2_000, noNaN: true }), (instrument, price) => {
      const exact = new Decimal(price).toSignificantDigits(14);
      const down = instrument.roundPrice(price, 'down');
      const up = instrument.roundPrice(price, 'up');
      expect(down.lte(exact) && up.gte(exact) && up.minus(down).lte(instrument.priceIncrement)).toBe(true);
      expect(instrument.roundPrice(price).minus(exact).abs().times(2).lte(instrument.priceIncrement)).toBe(true);
      for (const rounded of [down, up]) expect(instrument.tickToDecimal(instrument.toTick(rounded)).eq(rounded)).toBe(true);
    }));
  });

  it('a price rounded under the significant-figure rule is allowed and on the side asked for', () => {
    const instrument = new Instrument(spec({ priceIncrement: '0.0001', significantFigures: 5 }));
    fc.assert(fc.property(fc.double({ min: 0.001, max: 200_000, noNaN: true }), (price) => {
      const exact = new Decimal(price).toSignificantDigits(14);
      for (const mode of ['down', 'up', 'nearest'] as const) {
        const rounded = instrument.roundPrice(price, mode);
        expect(instrument.toTick(rounded)).toBe(instrument.roundToTick(price, mode));
        expect(rounded.isInteger() || rounded.toSignificantDigits(5).eq(rounded)).toBe(true);
        if (mode !== 'nearest') expect(mode === 'down' ? rounded.lte(exact) : rounded.gte(exact)).toBe(true);
      }
    }));
    expect([instrument.isPriceTick(123_450_000), instrument.isPriceTick(123_455_000), instrument.isPriceTick(1_234_560_000), instrument.isPriceTick(12_345), instrument.isPriceTick(123_456)]).toEqual([true, false, true, true, false]);
  });

  it('names an off-grid value and the two nearest', () => {
    expect(() => LINEAR.toTick('60000.05')).toThrow('BTCUSDT-PERP.BYBIT: price 60000.05 is not on the grid (step 0.1): the nearest allowed are 60000 and 60000.1; use instrument.roundPrice');
    expect(() => LINEAR.toLots(0.1 + 0.2)).toThrow('BTCUSDT-PERP.BYBIT: quantity 0.30000000000000004 is not on the grid (step 0.001): it is a floating-point result of what should be 0.3; write it as text: "0.3", add with Decimal, or use instrument.roundQuantity');
    expect(() => LINEAR.toTick(60_000.1 + 1e-10)).toThrow(/floating-point result of what should be 60000\.1; .*roundPrice$/);
    expect(() => LINEAR.toLots(0.0015)).toThrow('quantity 0.0015 is not on the grid (step 0.001): the nearest allowed are 0.001 and 0.002; use instrument.roundQuantity');
    expect(() => LINEAR.toTick('abc')).toThrow('price abc is not on the grid (step 0.1): it is not a number');
    expect(() => LINEAR.toTick(0.1 + 0.2)).toThrow('price 0.30000000000000004 is not on the grid');
    expect(() => LINEAR.toTick('214748364.8')).toThrow('price 214748364.8 is beyond 214748364.7, the largest that a step of 0.1 reaches; check the price or use a coarser step');
    expect(LINEAR.toTick('214748364.7')).toBe(2_147_483_647);
    expect(() => LINEAR.roundPrice(Number.NaN)).toThrow('cannot round NaN; it is not a finite number');
  });

  it.each([
    [{ priceIncrement: '0' }, 'priceIncrement is "0"'], [{ sizeIncrement: 'x' }, 'sizeIncrement is "x"'], [{ multiplier: '-1' }, 'multiplier is "-1"'],
    [{ isInverse: true }, 'an inverse contract settles in its base BTC, not in USDT'], [{ priceIncrement: '0.0000000001', sizeIncrement: '0.0000000001' }, 'more than 18 decimals together'], [{ id: 'X' }, '"X" is not an instrument id'],
  ])('refuses %j', (fields, message) => {
    expect(() => new Instrument(spec(fields))).toThrow(message);
  });

  it('says what an order is worth in the quote currency', () => {
    expect([LINEAR.quoteNotional(600_000, 500), INVERSE.quoteNotional(600_000, 500)]).toEqual([30_000, 50_000]);
  });
});
