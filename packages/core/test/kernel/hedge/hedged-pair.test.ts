import { describe, expect, it } from 'vitest';
import type { PairState } from '../../../src/kernel/hedge/pair-event.ts';
import { nextPairState, PAIR_TRANSITIONS } from '../../../src/kernel/hedge/pair-state.ts';
import { failureReport } from '../support/failure-report.ts';
import { type Outcome, LONG, ScriptedVenue, SHORT } from './scripted-venue.ts';

const FILLED: Outcome = { share: 1, end: 'filled' };
const EXPIRED: Outcome = { share: 0, end: 'expired' };
const PARTIAL: Outcome = { share: 0.4, end: 'expired' };
const REJECTED: Outcome = { share: 0, end: 'rejected' };
const OUTCOMES = { FILLED, EXPIRED, PARTIAL, REJECTED };
type Name = keyof typeof OUTCOMES;
const NAMES = Object.keys(OUTCOMES) as Name[];

const enter = (venue: ScriptedVenue, notionalUsd = '10000'): boolean => venue.pair.enter({ notionalUsd, reason: { why: 'test' } });

/** Answers everything with fills until nothing is under way. */
function fillAll(venue: ScriptedVenue): void {
  for (let round = 0; round < 50; round++) {
    while (venue.waiting.length > 0) venue.answer(venue.waiting[0]!, FILLED);
    venue.wait(300);
    if (venue.waiting.length === 0) return;
  }
}

describe('hedged pair', () => {
  it('REQ-A05 builds both legs together, the same quantity on each, and says so', () => {
    const venue = new ScriptedVenue();
    expect(enter(venue)).toBe(true);
    expect(venue.sent.map(({ leg }) => [leg.instrumentId, leg.side, leg.lots])).toEqual([[LONG.id, 'buy', 166], [SHORT.id, 'sell', 166]]);
    fillAll(venue);
    expect(venue.pair).toMatchObject({ state: 'HEDGED', netQuantity: '0' });
    expect(venue.pair.longQuantity.toFixed()).toBe('0.166');
    expect(venue.events.map(({ type }) => type)).toEqual(['PairEntering', 'PairUnhedged', 'PairRehedged', 'PairHedged']);
    expect(venue.events[0]!.decision).toEqual({ why: 'test' });
  });

  it('REQ-A46 REQ-A47 sends nothing without a limit, never beyond the slippage cap', () => {
    const venue = new ScriptedVenue({ maxSlippageBps: 10 });
    enter(venue);
    expect(venue.sent.map(({ order }) => order.price?.toFixed())).toEqual(['60070', '59945']);
    expect(venue.sent.every(({ order }) => order.timeInForce === 'IOC')).toBe(true);
  });

  it('REQ-A06 leaves with reduce-only orders and ends flat', () => {
    const venue = new ScriptedVenue();
    enter(venue);
    fillAll(venue);
    expect(venue.pair.exit()).toBe(true);
    expect(venue.sent.slice(2).map(({ leg }) => [leg.side, leg.isReducing])).toEqual([['sell', true], ['buy', true]]);
    fillAll(venue);
    expect(venue.pair).toMatchObject({ state: 'FLAT', netQuantity: '0' });
    expect(venue.pair.exit()).toBe(false);
  });

  it('is idempotent: entering twice sends once', () => {
    const venue = new ScriptedVenue();
    enter(venue);
    expect(enter(venue)).toBe(false);
    expect(venue.sent).toHaveLength(2);
  });

  it('REQ-A48 closes the filled leg when the other is rejected', () => {
    const venue = new ScriptedVenue();
    enter(venue);
    venue.answer(venue.waiting[0]!, FILLED);
    venue.wait(200);
    venue.answer(venue.waiting[0]!, REJECTED);
    expect(venue.sent.at(-1)!.leg).toMatchObject({ instrumentId: LONG.id, side: 'sell', lots: 166, isReducing: true });
    fillAll(venue);
    expect(venue.pair).toMatchObject({ state: 'FLAT', netQuantity: '0' });
    expect(venue.pair.maxUnhedgedMs).toBeLessThan(3_000);
  });

  it('REQ-B09 tries a leg that did not fill once more, then cuts the other back to it', () => {
    const venue = new ScriptedVenue();
    enter(venue);
    venue.answer(venue.waiting[0]!, FILLED);
    venue.answer(venue.waiting[0]!, PARTIAL);                        // 66 of 166
    expect(venue.sent.at(-1)!.leg).toMatchObject({ instrumentId: SHORT.id, side: 'sell', lots: 100 });
    venue.answer(venue.waiting[0]!, EXPIRED);
    expect(venue.sent.at(-1)!.leg).toMatchObject({ instrumentId: LONG.id, side: 'sell', lots: 100, isReducing: true });
    fillAll(venue);
    expect(venue.pair).toMatchObject({ state: 'HEDGED', netQuantity: '0' });
    expect([venue.pair.longQuantity.toFixed(), venue.pair.shortQuantity.toFixed()]).toEqual(['0.066', '-0.066']);
  });

  it('keeps trying while there is no liquidity, and says what it does', () => {
    const venue = new ScriptedVenue();
    enter(venue);
    venue.answer(venue.waiting[0]!, FILLED);
    venue.answer(venue.waiting[0]!, REJECTED);
    for (let i = 0; i < 5; i++) {
      venue.answer(venue.waiting[0]!, EXPIRED);
      expect(venue.waiting).toHaveLength(0);
      venue.wait(250);
      expect(venue.waiting).toHaveLength(1);
    }
    fillAll(venue);
    expect(venue.pair.state).toBe('FLAT');
    expect(venue.events.some(({ type }) => type === 'PairNeutralising')).toBe(true);
  });

  it('REQ-B33 refuses with a reason where risk denies, and stays flat', () => {
    const venue = new ScriptedVenue();
    venue.denies = true;
    enter(venue);
    expect(venue.pair.state).toBe('FLAT');
    expect(venue.events.find(({ type }) => type === 'PairRefused')?.reason).toBe('no trading today');
  });

  it('REQ-A08 refuses sizes below a lot or a minimum of either venue, naming it', () => {
    const venue = new ScriptedVenue();
    expect(enter(venue, '30')).toBe(false);
    expect(venue.events.at(-1)!.reason).toContain('less than one lot');
    const strict = new ScriptedVenue({}, [LONG, { ...SHORT, minNotional: '20000' }]);
    expect(enter(strict)).toBe(false);
    expect(strict.events.at(-1)!.reason).toContain('below the minimum of 20000');
  });

  it.each([LONG.id, SHORT.id])('REQ-A09 REQ-A75 refuses for LIQUIDITY where %s cannot take the size within the slippage limit: no order leaves', (thin) => {
    const venue = new ScriptedVenue();
    const [bid, ask] = thin === LONG.id ? [60_000, 60_010] : [60_005, 60_006];
    venue.quote2(thin, bid, ask, 165);
    expect(enter(venue)).toBe(false);                                    // 166 lots are wanted
    expect(venue.sent).toEqual([]);
    expect(venue.pair.state).toBe('FLAT');
    expect(venue.events.map(({ type, reason }) => [type, reason])).toEqual([['PairRefused', `LIQUIDITY: ${thin} ${thin === LONG.id ? 'offers' : 'bids for'} 0.165 within 50 bps, 0.166 are wanted`]]);
    venue.quote2(thin, bid, ask, 166);
    expect(enter(venue)).toBe(true);
  });

  it('REQ-A09 counts depth within the slippage limit only, and asks it again of what a change adds', () => {
    const venue = new ScriptedVenue({ maxSlippageBps: 10 });
    const { book, instrument } = venue.state(LONG.id);
    venue.quote2(LONG.id, 60_000, 60_010, 100);
    book.setAsk(instrument.toTick('60080'), 1_000);                      // 11.7 bps away
    expect(enter(venue)).toBe(false);
    book.setAsk(instrument.toTick('60070'), 66);                         // 10.0 bps
    expect(enter(venue)).toBe(true);
    fillAll(venue);
    venue.quote2(LONG.id, 60_000, 60_010, 100);
    expect(venue.pair.resize({ notionalUsd: '20000' })).toBe(false);
    expect(venue.events.at(-1)!.reason).toContain('LIQUIDITY: BTC-USD-PERP.HYPERLIQUID offers 0.1 within 10 bps');
    expect(venue.pair).toMatchObject({ state: 'HEDGED', netQuantity: '0' });
    expect(venue.pair.resize({ notionalUsd: '12000' })).toBe(true);
  });

  it('REQ-B61 shows its state in JSON and where an assertion fails, although its fields are private', () => {
    const { pair } = new ScriptedVenue();
    expect(JSON.parse(JSON.stringify(pair))).toMatchObject({ long: LONG.id, short: SHORT.id, state: 'FLAT', netQuantity: '0', longQuantity: '0' });
    const report = failureReport(pair, { state: 'HEDGED' });
    expect(report).toContain('-   "state": "HEDGED"');
    expect(report).toContain('+   "state": "FLAT"');
  });

  it('REQ-B40 matches contracts of different size: 1000× coins, inverse contracts', () => {
    const kilo = new ScriptedVenue({}, [{ ...LONG, id: 'PEPE-USD-PERP.HYPERLIQUID', base: 'PEPE', priceIncrement: '0.0000001', sizeIncrement: '1', minNotional: '1' }, { ...SHORT, id: '1000PEPEUSDT-PERP.BYBIT', base: 'PEPE', priceIncrement: '0.0001', sizeIncrement: '1', multiplier: '1000', minNotional: '1' }]);
    kilo.quote2('PEPE-USD-PERP.HYPERLIQUID', 0.01, 0.0101);
    kilo.quote2('1000PEPEUSDT-PERP.BYBIT', 10, 10.1);
    enter(kilo, '1000');
    expect(kilo.sent.map(({ leg }) => leg.lots)).toEqual([99_000, 99]);
    const coin = new ScriptedVenue({}, [{ ...LONG, id: 'BTCUSDT.BINANCE', kind: 'spot', settle: 'USD' }, { ...SHORT, id: 'BTCUSD-PERP.BINANCE', settle: 'BTC', quote: 'USD', isInverse: true, sizeIncrement: '1', multiplier: '100' }]);
    enter(coin, '6000');
    expect(coin.sent.map(({ leg }) => leg.lots)).toEqual([100, 60]);                  // 0.1 BTC against 60 × 100 USD at 60,005
    fillAll(coin);
    expect(coin.pair).toMatchObject({ state: 'HEDGED', netQuantity: '0' });
  });

  it('halts and cuts the other leg when a venue closes one by force', () => {
    const venue = new ScriptedVenue();
    enter(venue);
    fillAll(venue);
    venue.pair.onForcedFill(SHORT.id, 100, 'LIQUIDATION');
    expect(venue.sent.at(-1)!.leg).toMatchObject({ instrumentId: LONG.id, side: 'sell', lots: 100, isReducing: true });
    fillAll(venue);
    expect(venue.pair).toMatchObject({ state: 'HALTED', haltReason: 'LIQUIDATION', netQuantity: '0' });
    expect(enter(venue)).toBe(false);
  });

  it('brings the legs together again when a fill is taken back', () => {
    const venue = new ScriptedVenue();
    enter(venue);
    const short = venue.waiting[1]!;
    fillAll(venue);
    expect(venue.pair.owns(short)).toBe(true);
    venue.bust(short, 166);
    fillAll(venue);
    expect(venue.pair).toMatchObject({ state: 'FLAT', netQuantity: '0' });
    const flat = venue.sent.at(-1)!.order;
    venue.bust(flat, flat.lots);
    expect(venue.pair.state).toBe('EXITING');
    fillAll(venue);
    expect(venue.pair).toMatchObject({ state: 'FLAT', netQuantity: '0' });
  });

  it('resizes up and down', () => {
    const venue = new ScriptedVenue();
    enter(venue);
    fillAll(venue);
    expect(venue.pair.resize({ notionalUsd: '20000' })).toBe(true);
    fillAll(venue);
    expect(venue.pair.longQuantity.toFixed()).toBe('0.333');
    venue.pair.resize({ notionalUsd: '5000' });
    fillAll(venue);
    expect(venue.pair.longQuantity.toFixed()).toBe('0.083');
    expect(venue.pair.shortQuantity.toFixed()).toBe('-0.083');
    expect(venue.pair.state).toBe('HEDGED');
  });

  /** Every outcome of the first four answers, every order in which they arrive: 4 outcomes, 2 orders, depth 4. */
  describe('REQ-A01 REQ-A80 ends hedged or flat whatever happens, with something under way whenever it is not', () => {
    const sequences = NAMES.flatMap((a) => NAMES.flatMap((b) => NAMES.flatMap((c) => NAMES.map((d) => [a, b, c, d]))));
    for (const isLastFirst of [false, true]) {
      it(`${sequences.length} sequences, ${isLastFirst ? 'last' : 'first'} order answered first`, () => {
        for (const sequence of sequences) {
          const venue = new ScriptedVenue();
          enter(venue);
          for (const name of sequence) {
            if (venue.waiting.length === 0) venue.wait(250);
            if (venue.waiting.length === 0) break;
            venue.answer(venue.waiting.at(isLastFirst ? -1 : 0)!, OUTCOMES[name]);
            if (venue.pair.netQuantity !== '0' && venue.waiting.length === 0) {
              venue.wait(250);
              expect(venue.waiting.length, `${sequence.join(' ')}: uncovered and nothing under way`).toBeGreaterThan(0);
            }
          }
          fillAll(venue);
          expect(venue.pair.netQuantity, sequence.join(' ')).toBe('0');
          expect(['FLAT', 'HEDGED'], sequence.join(' ')).toContain(venue.pair.state);
          expect(venue.pair.longQuantity.plus(venue.pair.shortQuantity).toFixed(), sequence.join(' ')).toBe('0');
          if (venue.pair.isHedged) { venue.pair.exit(); fillAll(venue); }
          expect(venue.pair.state, sequence.join(' ')).toBe('FLAT');
          expect(venue.sent.every(({ order }) => order.price !== undefined)).toBe(true);
        }
      });
    }
  });
});

describe('pair state', () => {
  it('allows exactly the drawn transitions', () => {
    const states = Object.keys(PAIR_TRANSITIONS) as PairState[];
    for (const from of states) {
      for (const to of states) {
        if (PAIR_TRANSITIONS[from].includes(to)) expect(nextPairState(from, to)).toBe(to);
        else expect(() => nextPairState(from, to)).toThrow(`a pair that is ${from} cannot become ${to}`);
      }
    }
  });
});
