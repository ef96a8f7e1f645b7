import { isArbError } from '@arb/core';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/engine/config-schema.ts';
import { configEntries, effectiveConfig } from '../../src/engine/effective-config.ts';
import { withBalances } from '../../src/engine/flag-venues.ts';

const VALID = { strategies: [{ use: './a.ts#A', id: 'a', config: {} }], data: { catalog: 'data' } };

/** Problems that a config has, without the name of its file. */
function problemsOf(input: unknown): string[] {
  try { parseConfig(input, 'arb.config.json'); } catch (error) {
    if (!isArbError(error)) throw error;
    expect(error.code).toBe('ARB_BAD_CONFIG');
    return error.message.split('\n').map((line) => line.replace(/^arb\.config\.json: /, ''));
  }
  return [];
}

describe('REQ-A10 the config is validated as a whole, before anything runs', () => {
  it('takes what api and docs show', () => {
    expect(problemsOf(VALID)).toEqual([]);
    expect(problemsOf({ ...VALID, strategies: [{ use: './a.ts#A', capitalUsd: '0.5' }], venues: { BYBIT: { fees: { maker: '-0.0001', taker: '0.05' } } } })).toEqual([]);
    expect(problemsOf({ ...VALID, $schema: 'x', risk: { maxVenueSharePct: 80, maxAssetNotionalUsd: { BTC: 60_000 }, maxVenueNotionalUsd: 50_000 }, venues: { BYBIT: { profile: 'bybit', simulation: { balances: ['50000 USDT'], marginMode: 'isolated', instruments: { 'BTCUSDT-PERP.BYBIT': { marginMode: 'cross', leverage: 5 } }, latency: { feedMs: 8, entryMs: { medianMs: 15, sigma: 0.3 } } } } } })).toEqual([]);
  });

  it.each([
    ['an unknown key', { ...VALID, sead: 1 }, [/^sead is not a key; did you mean seed\?$/]],
    ['an unknown key without a near one', { ...VALID, zzzzzzzzzz: 1 }, [/^zzzzzzzzzz is not a key; known: .*strategies, venues, data, risk, seed, out$/]],
    ['an unknown key within a venue', { ...VALID, venues: { BYBIT: { profil: 'bybit' } } }, [/^venues\.BYBIT\.profil is not a key; did you mean profile\?$/]],
    ['a venue in lower case', { ...VALID, venues: { bybit: { profile: 'bybit' } } }, [/bybit/]],
    ['a number where a decimal string belongs', { ...VALID, strategies: [{ use: './a.ts#A', capitalUsd: 5 }] }, [/^strategies\[0\]\.capitalUsd is 5: write it as text: "5"$/]],
    ['a capital that is not above 0', { ...VALID, strategies: [{ use: './a.ts#A', capitalUsd: '0' }, { use: './a.ts#A', capitalUsd: '-5' }, { use: './a.ts#A', capitalUsd: 'x' }] }, [/^strategies\[0\]\.capitalUsd is "0": "0" is not above 0; give a positive decimal/, /^strategies\[1\]\.capitalUsd is "-5": .*not above 0/, /^strategies\[2\]\.capitalUsd is "x": "x" is not a decimal/]],
    ['fees that are no text', { ...VALID, venues: { BYBIT: { fees: { maker: 2, taker: 0.00055 } } } }, [/^venues\.BYBIT\.fees\.maker is 2: write it as text: "0\.0002"$/, /^venues\.BYBIT\.fees\.taker is 0\.00055: write it as text: "0\.00055"$/]],
    ['fees that are no decimals', { ...VALID, venues: { BYBIT: { fees: { maker: '2bps', taker: '' } } } }, [/^venues\.BYBIT\.fees\.maker is "2bps": write a decimal fraction as text, such as "0\.0002" for 2 bps$/, /^venues\.BYBIT\.fees\.taker is "": write a decimal fraction/]],
    ['fees in basis points or per cent', { ...VALID, venues: { BYBIT: { fees: { maker: '2', taker: '-0.06' } } } }, [/^venues\.BYBIT\.fees\.maker is "2": 200 % of the traded value is a wrong unit; give the fraction, "0\.0002" for 2 bps$/, /^venues\.BYBIT\.fees\.taker is "-0\.06": -6 % of/]],
    ['a negative balance', { ...VALID, venues: { BYBIT: { simulation: { balances: ['-50000 USDT'] } } } }, [/balances\[0\] is "-50000 USDT": a balance must be positive: '50000 USDT'$/]],
    ['a unit where a number belongs', { ...VALID, venues: { BYBIT: { simulation: { balances: ['1 USDT'], latency: { feedMs: '8ms' } } } } }, [/^venues\.BYBIT\.simulation\.latency\.feedMs is "8ms": write milliseconds as a number/]],
    ['a balance without a currency', { ...VALID, venues: { BYBIT: { simulation: { balances: ['50000'] } } } }, [/balances\[0\] is "50000": write amount and currency: '50000 USDT'$/]],
    ['a margin mode there is not', { ...VALID, venues: { BYBIT: { simulation: { balances: ['1 USDT'], instruments: { 'A-PERP.BYBIT': { marginMode: 'portfolio', leverage: 0.5 } } } } } }, [/^venues\.BYBIT\.simulation\.instruments\.A-PERP\.BYBIT\.marginMode is "portfolio": /, /\.leverage is 0\.5: /]],
    ['limits by name that are none', { ...VALID, risk: { maxAssetNetUsd: { BTC: -1 }, maxOrdersPerSecond: 0.5 } }, [/^risk\.maxAssetNetUsd\.BTC is -1: give more than 0$/, /^risk\.maxOrdersPerSecond is 0\.5: /]],
    ['a percentage above 100', { ...VALID, risk: { maxVenueSharePct: 800 } }, [/^risk\.maxVenueSharePct is 800: /]],
    ['a strategy without its class', { ...VALID, strategies: [{ use: './a.ts' }] }, [/^strategies\[0\]\.use is ".\/a\.ts": /]],
    ['no strategy', { ...VALID, strategies: [] }, [/^strategies is \[\]: /]],
    ['nothing at all', null, [/^the config is null: /]],
    ['several at once', { strategies: [{ use: 1 }], seed: -1, data: { catalog: 'x', from: 'yesterday' } }, [/^strategies\[0\]\.use is 1/, /^data\.from is "yesterday": "yesterday" is not a time/, /^seed is -1/]],
  ])('%s', (_name, input, problems) => {
    const found = problemsOf(input);
    expect(found).toHaveLength(problems.length);
    problems.forEach((problem, i) => { expect(found[i]).toMatch(problem); });
  });

  it('balances by flag go over those of the config, venue by venue', () => {
    const loaded = { config: parseConfig({ ...VALID, venues: { BYBIT: { profile: 'bybit', simulation: { balances: ['1 USDT'], maxLeverage: 2 } }, OKX: { profile: 'okx' } } }, 'f'), file: 'f', folder: '/' };
    const { config, balances, origins } = effectiveConfig(loaded, { balance: ['BYBIT=5:USDT', 'BYBIT=0.5:BTC'] }, {});
    expect(withBalances(config.venues!, balances!)).toEqual({ BYBIT: { profile: 'bybit', simulation: { balances: ['5 USDT', '0.5 BTC'], maxLeverage: 2 } }, OKX: { profile: 'okx' } });
    expect(origins.get('venues.BYBIT.simulation.balances')).toBe('flag');
  });

  it('flags go before environment, environment before file', () => {
    const loaded = { config: parseConfig({ ...VALID, seed: 3, out: 'a' }, 'f'), file: 'f', folder: '/' };
    const { config, origins } = effectiveConfig(loaded, { seed: '7' }, { ARB_SEED: '5', ARB_OUT: 'b' });
    expect([config.seed, origins.get('seed'), config.out, origins.get('out'), origins.get('data.catalog')]).toEqual([7, 'flag', 'b', 'environment', 'file']);
    expect(() => effectiveConfig(loaded, { seed: '1.5' }, {})).toThrow(/seed is "1\.5"; give a whole number/);
    expect(() => effectiveConfig(undefined, { data: 'x' }, {})).toThrow(/no strategy/);
  });

  it('REQ-A38 margin of single instruments is printed under their ids, dots and all', () => {
    const venues = { BYBIT: { profile: 'bybit', simulation: { balances: ['1 USDT'], instruments: { 'BTCUSDT-PERP.BYBIT': { marginMode: 'isolated', leverage: 5 } } } } } as const;
    const loaded = { config: parseConfig({ ...VALID, venues }, 'f'), file: 'f', folder: '/' };
    const entries = configEntries(effectiveConfig(loaded, {}, {}), { inputs: new Map(), venues });
    expect(entries.filter(({ key }) => key.includes('instruments'))).toEqual([
      { key: 'venues.BYBIT.simulation.instruments.BTCUSDT-PERP.BYBIT.marginMode', value: 'isolated', source: 'file' }, { key: 'venues.BYBIT.simulation.instruments.BTCUSDT-PERP.BYBIT.leverage', value: '5', source: 'file' },
    ]);
  });
});
