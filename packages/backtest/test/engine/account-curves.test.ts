import { rmSync } from 'node:fs';
import { Decimal, Strategy } from '@arb/core';
import { divideHalfEven, formatMoney, ONE, Portfolio, toMoney } from '@arb/core/internal';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { AccountCurves } from '../../src/engine/account-curves.ts';
import { BacktestEngine, type BacktestResult } from '../../src/index.ts';
import { accountsTable, balancesTable } from '../../src/report/account-tables.ts';
import type { Cell, Table } from '../../src/report/run-report.ts';
import { smallCatalog, type SmallMarket, START } from './small-market.ts';

const MINUTE = 60_000_000;
const SPOT = 'BTCUSDT.BINANCE';
const COIN = 'BTCUSD-PERP.BINANCE';
const LINEAR = 'BTCUSDT-PERP.BYBIT';
const ISOLATED = 'ETHUSDT-PERP.BYBIT';
const MARKETS: readonly SmallMarket[] = [
  { id: SPOT, kind: 'book', price: 60_000, settle: 'USDT', rate: '0', fundingHours: 0, contract: { kind: 'spot' } },
  { id: COIN, kind: 'book', price: 60_020, settle: 'BTC', rate: '0.0002', contract: { quote: 'USD', isInverse: true, multiplier: '100', sizeIncrement: '1' } },
  { id: LINEAR, kind: 'quote', price: 60_010, settle: 'USDT', rate: '0.0003' },
  { id: ISOLATED, kind: 'book', price: 3_000, settle: 'USDT', rate: '0.0001' },
];
const QUANTITIES: Readonly<Record<string, string>> = { [SPOT]: '0.1', [COIN]: '60', [LINEAR]: '0.1', [ISOLATED]: '2' };

/** Buys spot, sells coin and linear contracts, buys isolated ones, and keeps all until the run ends; an order that cannot fill stays open. */
class Keeper extends Strategy.with(z.strictObject({ ids: z.array(z.string()) })) {
  override onStart(): void {
    const { ids } = this.config;
    this.subscribe.book(ids);
    this.clock.setAlert('buy', { inMs: 300_000 }, () => {
      for (const id of ids) this.submit(this.order.market({ instrumentId: id, side: id === SPOT || id === ISOLATED ? 'buy' : 'sell', quantity: QUANTITIES[id]! }));
    });
    if (ids.includes(SPOT)) this.clock.setAlert('bid', { inMs: 600_000 }, () => { this.submit(this.order.limit({ instrumentId: SPOT, side: 'buy', quantity: '0.05', price: '40000.0' })); });
  }
}

type Row = Readonly<Record<string, Cell>>;
const rowsOf = ({ columns, rows }: Table): Row[] => rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]!])));
const sum = (rows: readonly Row[], column: string): Decimal => rows.reduce((total, row) => total.plus(row[column] as string), new Decimal(0));
const at = (rows: readonly Row[], ts: number, venue?: string): Row[] => rows.filter((row) => row['ts'] === ts && (venue === undefined || row['venue'] === venue));

const folders: string[] = [];
afterAll(() => { for (const folder of folders) rmSync(folder, { recursive: true, force: true }); });

/** Runs and keeps the portfolio as it was at the last point. */
async function run(ids: readonly string[]): Promise<{ readonly result: BacktestResult; readonly portfolio: Portfolio; readonly accounts: Row[]; readonly balances: Row[] }> {
  const catalog = await smallCatalog(MARKETS.filter(({ id }) => ids.includes(id)));
  folders.push(catalog.path);
  const taken = vi.spyOn(AccountCurves.prototype, 'take');
  const engine = new BacktestEngine().addData(catalog);
  const names = new Set(ids.map((id) => id.split('.')[1]!));
  if (names.has('BINANCE')) engine.addVenue('BINANCE', { profile: 'binance', balances: ['20000 USDT', '1.5 BTC'] });
  if (names.has('BYBIT')) engine.addVenue('BYBIT', { profile: 'bybit', balances: ['30000 USDT'], ...(ids.includes(ISOLATED) ? { instruments: { [ISOLATED]: { marginMode: 'isolated', leverage: 5 } } } : {}) });
  const result = await engine.addStrategy(Keeper, { ids: [...ids] }, { id: 'a' }).run();
  const [portfolio] = taken.mock.lastCall!;
  taken.mockRestore();
  return { result, portfolio, accounts: rowsOf(result.accounts), balances: rowsOf(result.balances) };
}

describe('REQ-B46 the accounts of a run over time', () => {
  it('a margin account in USD: what it ends with is what it began with and the net result, to the last digit', async () => {
    const { result, accounts, balances } = await run([LINEAR, ISOLATED]);
    expect(new Set(result.fills.map(({ instrumentId }) => instrumentId))).toEqual(new Set([LINEAR, ISOLATED]));
    const { from, replayedTo } = result.facts;
    expect(at(accounts, from).map(({ venue, account, equityUsd, lockedUsd, freeUsd, marginRatio }) => [venue, account, equityUsd, lockedUsd, freeUsd, marginRatio])).toEqual([['BYBIT', 'main', '30000', '0', '30000', 0]]);
    expect(sum(at(accounts, replayedTo), 'equityUsd').toFixed()).toBe(result.netPnlUsd.plus(30_000).toFixed());
    expect(sum(at(balances, replayedTo), 'total').plus(sum(at(balances, replayedTo), 'unrealised')).toFixed()).toBe(result.netPnlUsd.plus(30_000).toFixed());
    const grid = result.equity;
    expect(accounts.map(({ ts }) => ts)).toEqual(grid.values.map((_, index) => Math.min(grid.start + index * grid.stepUs, replayedTo)));
    grid.values.forEach((net, index) => { expect(Number(accounts[index]!['equityUsd']) - 30_000).toBeCloseTo(net!, 6); });
  });

  it('isolated margin is set aside: locked, not free, and the profit of its position is not free either', async () => {
    const { result, portfolio, accounts, balances } = await run([LINEAR, ISOLATED]);
    const [account, balance] = [accounts.at(-1)!, balances.at(-1)!];
    const own = portfolio.account('BYBIT');
    const holding = own.findHolding(ISOLATED)!;
    const cross = own.findHolding(LINEAR)!;
    const setAside = new Decimal(result.fills.find(({ instrumentId }) => instrumentId === ISOLATED)!.notionalUsd).div(5);
    const funded = sumFunding(result, ISOLATED);
    expect(funded.lt(0)).toBe(true);
    expect(own.isolatedMargin(ISOLATED)!.toFixed()).toBe(setAside.plus(funded).toFixed());
    const crossInitial = formatMoney(own.initialMarginOf(cross, 100));
    expect([balance['initialMargin'], balance['locked']]).toEqual(Array(2).fill(setAside.plus(funded).plus(crossInitial).toFixed()));
    const crossProfit = formatMoney(cross.unrealised(portfolio.valuation));
    const profit = new Decimal(formatMoney(holding.unrealised(portfolio.valuation)));
    expect(new Decimal(balance['total'] as string).plus(crossProfit).toFixed()).toBe(sum([balance], 'locked').plus(balance['free'] as string).toFixed());
    expect(balance['unrealised']).toBe(profit.plus(crossProfit).toFixed());
    expect(account['marginRatio']).toBe(own.marginRatio);
    expect(own.marginRatio).toBeGreaterThan(0);
    for (const column of ['initialMargin', 'maintenanceMargin', 'locked', 'free', 'unrealised', 'accrued']) expect(account[`${column}Usd`], column).toBe(balance[column]);
  });

  it('spot and coin margin in one account: every currency as the ledger has it, and equity what the ledger says', async () => {
    const { result, portfolio, accounts, balances } = await run([SPOT, COIN, LINEAR]);
    expect(new Set(result.fills.map(({ instrumentId }) => instrumentId))).toEqual(new Set([SPOT, COIN, LINEAR]));
    const { replayedTo } = result.facts;
    const last = at(balances, replayedTo);
    expect(last.map(({ venue, currency }) => `${String(venue)} ${String(currency)}`).sort()).toEqual(['BINANCE BTC', 'BINANCE USDT', 'BYBIT USDT']);
    for (const { venue, currency, total } of last) {
      expect(total).toBe(formatMoney([...portfolio.ledger.accounts()].find((own) => own.kind === 'cash' && own.venue === venue && own.currency === currency)!.balance));
    }
    const [coins] = last.filter(({ currency }) => currency === 'BTC');
    expect(coins!['unrealised']).not.toBe('0');
    expect(new Decimal(coins!['locked'] as string).gt(0)).toBe(true);
    expect(sum([coins!], 'total').plus(coins!['unrealised'] as string).toFixed()).toBe(sum([coins!], 'locked').plus(coins!['free'] as string).toFixed());
    const [cash] = last.filter(({ venue, currency }) => venue === 'BINANCE' && currency === 'USDT');
    expect([cash!['locked'], cash!['initialMargin']]).toEqual(['2000', '0']);                     // the bid for 0.05 at 40,000
    const ends = at(accounts, replayedTo);
    const ledger = new Decimal(formatMoney(portfolio.transfersMoney())).plus(result.netPnlUsd);
    expect(sum(ends, 'equityUsd').minus(ledger).abs().lte('2e-18')).toBe(true);                   // one rounding at 1e-18 a venue, where a coin is converted
    for (const { venue, equityUsd, balanceUsd, unrealisedUsd, accruedUsd } of ends) {
      expect(equityUsd).toBe(formatMoney(portfolio.equityMoney(venue as string)));
      expect(new Decimal(balanceUsd as string).plus(unrealisedUsd as string).plus(accruedUsd as string).toFixed()).toBe(equityUsd);
      expect(sum(last.filter((row) => row['venue'] === venue), 'totalUsd').minus(balanceUsd as string).abs().lte('3e-18')).toBe(true);
    }
    const rate = portfolio.valuation.requireRate('BTC');
    const [binance] = ends.filter(({ venue }) => venue === 'BINANCE');
    expect(binance!['unrealisedUsd']).toBe(formatMoney(divideHalfEven(toMoney(coins!['unrealised'] as string) * rate, ONE)));
  });

  it('what has no price yet is empty, the coins themselves are not', () => {
    const portfolio = new Portfolio();
    portfolio.applyBalanceChange({ venue: 'BINANCE', currency: 'BTC', amount: toMoney('1.5'), kind: 'deposit', tsEvent: START });
    const curves = new AccountCurves();
    curves.take(portfolio, START);
    portfolio.setRate('BTC', 60_000n, 0);
    curves.take(portfolio, START + MINUTE);
    const [accounts, balances] = [rowsOf(accountsTable(curves.accounts)), rowsOf(balancesTable(curves.balances))];
    expect(accounts.map(({ equityUsd, freeUsd, marginRatio }) => [equityUsd, freeUsd, marginRatio])).toEqual([[null, null, null], ['90000', '90000', 0]]);
    expect(balances.map(({ total, totalUsd, free }) => [total, totalUsd, free])).toEqual([['1.5', null, '1.5'], ['1.5', '90000', '1.5']]);
  });

  it('in a pooled account all currencies back all positions: what is locked and free is told for the account alone', () => {
    const portfolio = new Portfolio();
    portfolio.setRate('BTC', 60_000n, 0);
    portfolio.account('OKX').configure({ isPooled: true });
    for (const [currency, amount] of [['USDT', '100'], ['BTC', '1']] as const) portfolio.applyBalanceChange({ venue: 'OKX', currency, amount: toMoney(amount), kind: 'deposit', tsEvent: START });
    const curves = new AccountCurves();
    curves.take(portfolio, START);
    expect(rowsOf(accountsTable(curves.accounts))[0]).toMatchObject({ equityUsd: '60100', lockedUsd: '0', freeUsd: '60100' });
    expect(rowsOf(balancesTable(curves.balances)).map(({ locked, free }) => [locked, free])).toEqual([[null, null], [null, null]]);
  });

  it('no more points than the curve has, and none twice', async () => {
    const { result, accounts } = await run([LINEAR]);
    expect(new Set(accounts.map(({ ts }) => ts)).size).toBe(accounts.length);
    expect(accounts.length).toBe(result.equity.values.length);
  });
});

function sumFunding(result: BacktestResult, id: string): Decimal {
  return result.fundingPayments.filter(({ instrumentId }) => instrumentId === id).reduce((total, { amount }) => total.plus(amount), new Decimal(0));
}
