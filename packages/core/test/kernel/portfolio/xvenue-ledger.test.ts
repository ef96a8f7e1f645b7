import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fundingAmount } from '../../../src/kernel/ledger/funding-amount.ts';
import { moneyToNumber } from '../../../src/kernel/math/money.ts';
import { Instrument } from '../../../src/kernel/model/instrument.ts';
import type { ScaledPrice } from '../../../src/kernel/model/order.ts';
import { parseTime } from '../../../src/kernel/model/time.ts';
import { Portfolio } from '../../../src/kernel/portfolio/portfolio.ts';
import { makeFill, makeOrder } from '../support/book.ts';

/**
 * An independent simulator's ledger: 12 short perpetuals on three venues against spot, funded every 8 hours for 18 months
 * (AHA-HH/optimising-funding-rate-arbitrage, MIT). It treats coin-margined contracts as linear in dollars, so this test does too; it takes the open of the
 * candle as the mark; its `pnl` is that of the perpetual and of the first spot position of the coin at the venue; its `time` is London time, which only labels
 * the rows here.
 */
const FOLDER = new URL('../../../../../../shared/data/xvenue-8h-ledger-2023-2024/', import.meta.url);
const isThere = existsSync(new URL('hold/funding_log.csv.gz', FOLDER));

function rows(file: string): Record<string, string>[] {
  const [header, ...lines] = gunzipSync(readFileSync(new URL(file, FOLDER))).toString('utf8').trim().split('\n');
  const names = header!.trim().split(',');
  return lines.map((line) => Object.fromEntries(line.trim().split(',').map((cell, index) => [names[index]!, cell])));
}

function scaled(text: string): ScaledPrice {
  const [mantissa, exponent = '0'] = text.split('e');
  const [whole, fraction = ''] = mantissa!.split('.');
  const decimals = fraction.length - Number(exponent);
  return { mantissa: BigInt(whole! + fraction), decimals };
}

describe('an independent ledger of 19,692 funding payments', () => {
  if (!isThere) {
    it.skip('skipped: shared/data/xvenue-8h-ledger-2023-2024 is not beside the project', () => { /* nothing to compare with */ });
    return;
  }

  it('REQ-D15 REQ-B46 our positions, funding and unrealised profit reproduce every row, and its totals by venue', () => {
    const market = new Map(rows('all_exchanges.csv.gz').map((row) => [`${row['time']} ${row['exchange']} ${row['pair']}`, row]));
    const portfolio = new Portfolio();
    const instruments = new Map<string, Instrument>();
    const spots = new Map<string, Instrument>();
    for (const trade of rows('hold/trades_log.csv.gz')) {
      const isSpot = trade['position_type'] === 'long';
      const base = trade['pair']!.slice(0, 3);
      const where = `${trade['exchange']} ${isSpot ? base : trade['pair']}`;
      if (isSpot && spots.has(where)) continue;
      const instrument = new Instrument({
        id: `${trade['pair']}.${trade['exchange']!.toUpperCase()}`, kind: isSpot ? 'spot' : 'perpetual', base, quote: 'USD', settle: 'USD', priceIncrement: '0.01', sizeIncrement: '0.0000000000001',
      });
      (isSpot ? spots : instruments).set(where, instrument);
      const lots = instrument.roundToLots(trade['quantity']!, 'nearest');
      const order = makeOrder({ instrument, side: isSpot ? 'buy' : 'sell', lots, strategyId: 'hold' });
      portfolio.applyFill(order, makeFill({ tick: instrument.toTick(trade['open_price']!), lots, feeCurrency: 'USD' }), { tsEvent: parseTime(trade['open_time']!) });
    }
    expect([instruments.size, spots.size]).toEqual([12, 6]);
    let payments = 0;
    let worst = 0;
    for (const row of rows('hold/funding_log.csv.gz')) {
      const base = row['pair']!.slice(0, 3);
      const instrument = instruments.get(`${row['exchange']} ${row['pair']}`)!;
      const spot = spots.get(`${row['exchange']} ${base}`)!;
      const candle = market.get(`${row['time']} ${row['exchange']} ${row['pair']}`)!;
      const price = scaled(candle['open']!);
      const spotPrice = scaled(market.get(`${row['time']} ${row['exchange']} ${base}/USDT`)!['open']!);
      const rate = scaled(candle['funding rate']!);
      const position = portfolio.position('hold', instrument.id)!;
      const at = parseTime(row['time']!);
      portfolio.setMark(instrument, price.mantissa, price.decimals);
      portfolio.setMark(spot, spotPrice.mantissa, spotPrice.decimals);
      const amount = fundingAmount(instrument, { lots: position.lots, price, rate: rate.mantissa, rateDecimals: rate.decimals });
      const [share] = portfolio.applyFunding(instrument.venue, { instrument, convention: 'lump-at-mark', lots: position.lots, amount, rate: rate.mantissa, rateDecimals: rate.decimals, price: price.mantissa, priceDecimals: price.decimals, settlesAt: at, tsEvent: at });
      const profit = position.unrealisedAt(price.mantissa, price.decimals) + portfolio.position('hold', spot.id)!.unrealisedAt(spotPrice.mantissa, spotPrice.decimals);
      worst = Math.max(worst, Math.abs(moneyToNumber(share!.money) - Number(row['funding payment'])), Math.abs(moneyToNumber(profit) - Number(row['pnl'])));
      payments++;
    }
    expect(payments).toBe(19_692);
    expect(worst).toBeLessThan(1e-6);
    expect(portfolio.residual()).toBe(0n);
    const last = rows('hold/collateral_log.csv.gz').at(-1)!;                        // cumulative, by venue
    for (const venue of ['binance', 'okx', 'bybit']) {
      const funding = [...portfolio.ledger.accounts()].find(({ name }) => name === `${venue.toUpperCase()}/main/USD/funding`)!;
      expect(Math.abs(-moneyToNumber(funding.balance) - Number(last[`${venue}_funding`]))).toBeLessThan(1e-6);
    }
  });
});
