import { describe, expect, it } from 'vitest';
import { Ledger, type LedgerEntry } from '../../../src/kernel/ledger/ledger.ts';

const entry = (postings: LedgerEntry['postings']): Omit<LedgerEntry, 'sequence'> => ({ kind: 'FILL', tsEvent: 1, postings, strategyId: 'a', instrumentId: undefined, reference: 'f1' });

describe('ledger', () => {
  it('REQ-D06 books postings that sum to zero and shows them as balances, in the order of first use', () => {
    const ledger = new Ledger();
    const cash = ledger.account('BYBIT', 'main', 'USDT', 'cash');
    const fee = ledger.account('BYBIT', 'main', 'USDT', 'fee');
    ledger.post(entry([{ account: cash, amount: -5n }, { account: fee, amount: 5n }]));
    ledger.post(entry([{ account: cash, amount: 2n }, { account: fee, amount: -2n }]));
    expect([...ledger.accounts()].map(({ name, balance }) => [name, balance])).toEqual([['BYBIT/main/USDT/cash', -3n], ['BYBIT/main/USDT/fee', 3n]]);
    expect([...ledger.trialBalance()]).toEqual([['USDT', 0n]]);
  });

  it('refuses an entry that does not sum to zero in every currency, and books none of it', () => {
    const ledger = new Ledger();
    const seen: LedgerEntry[] = [];
    ledger.observe((booked) => { seen.push(booked); });
    const dollars = ledger.account('BINANCE', 'main', 'USDT', 'cash');
    const coins = ledger.account('BINANCE', 'main', 'BTC', 'cash');
    expect(() => ledger.post(entry([{ account: dollars, amount: 5n }, { account: coins, amount: -5n }]))).toThrow('a FILL entry is off balance by 0.000000000000000005 USDT');
    expect(() => ledger.post(entry([{ account: dollars, amount: 5n }, { account: dollars, amount: -5n }, { account: coins, amount: 1n }]))).toThrow('off balance by 0.000000000000000001 BTC');
    expect(() => ledger.post(entry([]))).toThrow('no postings');
    expect([dollars.balance, coins.balance, ledger.entryCount, seen.length]).toEqual([0n, 0n, 0, 0]);
  });

  it('hands each entry to its observers once, numbered from 1', () => {
    const ledger = new Ledger();
    const seen: LedgerEntry[] = [];
    ledger.observe((booked) => { seen.push(booked); });
    const cash = ledger.account('OKX', 'main', 'USDT', 'cash');
    const external = ledger.account('OKX', 'main', 'USDT', 'external');
    for (let index = 0; index < 3; index++) ledger.post(entry([{ account: cash, amount: 1n }, { account: external, amount: -1n }]));
    expect(seen.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    expect(seen[0]).toMatchObject({ kind: 'FILL', strategyId: 'a', reference: 'f1' });
  });

  it('gives one account for one name', () => {
    const ledger = new Ledger();
    expect(ledger.account('OKX', 'main', 'USDT', 'cash')).toBe(ledger.account('OKX', 'main', 'USDT', 'cash'));
    expect(ledger.account('OKX', 'sub', 'USDT', 'cash')).not.toBe(ledger.account('OKX', 'main', 'USDT', 'cash'));
  });
});
