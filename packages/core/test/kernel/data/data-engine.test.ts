import { describe, expect, it } from 'vitest';
import type { FundingRate } from '../../../src/kernel/model/funding-rate.ts';
import type { Trade } from '../../../src/kernel/model/market-data.ts';
import { topics } from '../../../src/kernel/bus/topic.ts';
import type { DataClient, DataRequest } from '../../../src/kernel/data/data-client.ts';
import { Strategy } from '../../../src/kernel/strategy/strategy.ts';
import type { Subscribe } from '../../../src/kernel/strategy/subscriptions.ts';
import { BYBIT, Rig, ScriptedClient } from '../execution/rig.ts';

/** A feed that takes down what it is asked for. */
class ScriptedFeed implements DataClient {
  readonly venue = 'BYBIT';
  readonly asked: string[] = [];
  subscribe({ kind, instrumentId }: DataRequest): void { this.asked.push(`+${kind} ${instrumentId}`); }
  unsubscribe({ kind, instrumentId }: DataRequest): void { this.asked.push(`-${kind} ${instrumentId}`); }
}

describe('data engine', () => {
  it('asks the venue for a stream once, whoever wants it, and gives it back when nobody does', () => {
    const rig = new Rig();
    const feed = new ScriptedFeed();
    rig.kernel.addVenue(undefined, new ScriptedClient('BYBIT'), feed);
    const ends: (() => void)[] = [];
    class Mine extends Strategy { override onStart(): void { ends.push(this.subscribe.trades(BYBIT.id)); } }
    for (const id of ['a', 'b']) rig.add(Mine, {}, id);
    rig.begin();
    expect(feed.asked).toEqual([`+trade ${BYBIT.id}`]);
    ends[0]!();
    expect(feed.asked).toHaveLength(1);
    ends[1]!();
    expect(feed.asked).toEqual([`+trade ${BYBIT.id}`, `-trade ${BYBIT.id}`]);
    ends[0]!();
    ends[1]!();
    expect(feed.asked).toHaveLength(2);
  });

  it('REQ-D11 every kind of data reaches cache, hook and bus alike', () => {
    const heard: string[] = [];
    class Mine extends Strategy {
      override onStart(): void {
        const { subscribe } = this;
        const streams = [subscribe.book, subscribe.quotes, subscribe.trades, subscribe.bars, subscribe.markPrice, subscribe.indexPrice, subscribe.oraclePrice, subscribe.fundingRate, subscribe.feedStatus];
        for (const wanted of streams as unknown as readonly Subscribe<never>[]) wanted(BYBIT.id);
      }
      override onBook(): void { heard.push('book'); }
      override onQuote(): void { heard.push('quote'); }
      override onTrade(): void { heard.push('trade'); }
      override onBar(): void { heard.push('bar'); }
      override onMarkPrice(): void { heard.push('mark'); }
      override onIndexPrice(): void { heard.push('index'); }
      override onOraclePrice(): void { heard.push('oracle'); }
      override onFundingRate(): void { heard.push('funding'); }
      override onFeedStatus(): void { heard.push('feed'); }
    }
    const rig = new Rig();
    const { strategy } = rig.add(Mine);
    const onBus: unknown[] = [];
    for (const topic of [topics.quotes, topics.trades, topics.bars, topics.prices, topics.fundingRates, topics.feedStatus]) rig.kernel.bus.subscribe(topic(BYBIT.id) as ReturnType<typeof topics.trades>, (message) => { onBus.push(message); });
    rig.begin();
    const instrument = rig.instrument(BYBIT.id);
    rig.touch(BYBIT.id, [1, 2]);
    rig.report((kernel, at) => {
      kernel.quote(instrument, at, { bidTick: 1, bidLots: 1, askTick: 2, askLots: 1 });
      kernel.trade(instrument, at, { tick: 1, lots: 1, aggressor: 'buy' });
      kernel.bar(instrument, at, { open: 1, high: 2, low: 1, close: 2, volume: 3, intervalMs: 60_000, priceKind: 'trade' });
      for (const kind of ['mark', 'index', 'oracle'] as const) kernel.price(instrument, at, { kind, mantissa: 600_001n, decimals: 1 });
      kernel.fundingRate({ instrumentId: BYBIT.id, rate: 1n, rateDecimals: 4, rateNumber: 0.0001, intervalHours: 8, kind: 'predicted', settlesAt: at + 1, tsEvent: at, tsInit: at });
      kernel.feedStatus({ type: 'FeedStatus', instrumentId: BYBIT.id, stream: 'book', state: 'STALE', reason: 'test', gap: undefined, tsEvent: at, tsInit: at });
    });
    expect(heard).toEqual(['book', 'quote', 'trade', 'bar', 'mark', 'index', 'oracle', 'funding', 'feed']);
    const { cache } = strategy;
    expect([cache.quote(BYBIT.id)?.mid, cache.lastTrade(BYBIT.id)?.price, cache.bar(BYBIT.id)?.close, cache.markPrice(BYBIT.id)?.price, cache.indexPrice(BYBIT.id)?.price, cache.oraclePrice(BYBIT.id)?.price]).toEqual([0.15000000000000002, 0.1, 2, 60_000.1, 60_000.1, 60_000.1]);
    expect([cache.fundingRate(BYBIT.id)?.intervalHours, cache.fundingRate(BYBIT.id, 'settled'), cache.feedStatus(BYBIT.id)?.state]).toEqual([8, undefined, 'STALE']);
    expect(onBus).toEqual([cache.quote(BYBIT.id), cache.lastTrade(BYBIT.id), cache.bar(BYBIT.id), cache.markPrice(BYBIT.id), cache.indexPrice(BYBIT.id), cache.oraclePrice(BYBIT.id), cache.fundingRate(BYBIT.id), cache.feedStatus(BYBIT.id)]);
  });

  it('REQ-D13 every kind of market data says whether it is history, funding rates too', () => {
    const seen: (readonly [kind: string, isHistorical: boolean])[] = [];
    class Mine extends Strategy {
      override onStart(): void {
        const history = { hours: 1 };
        this.subscribe.trades(BYBIT.id, { history });
        this.subscribe.fundingRate(BYBIT.id, { history });
      }
      override onTrade({ isHistorical }: Trade): void { seen.push(['trade', isHistorical]); }
      override onFundingRate({ isHistorical }: FundingRate): void { seen.push(['funding', isHistorical]); }
    }
    const rig = new Rig();
    const { strategy } = rig.add(Mine);
    const feed = (): void => {
      rig.report((kernel, at) => {
        kernel.trade(rig.instrument(BYBIT.id), at, { tick: 1, lots: 1, aggressor: 'buy' });
        kernel.fundingRate({ instrumentId: BYBIT.id, rate: 1n, rateDecimals: 4, rateNumber: 0.0001, intervalHours: 8, kind: 'predicted', settlesAt: at + 1, tsEvent: at, tsInit: at });
      });
    };
    rig.kernel.start();
    rig.kernel.data.isHistorical = true;
    feed();
    expect(strategy.cache.fundingRate(BYBIT.id)?.isHistorical).toBe(true);
    rig.kernel.data.isHistorical = false;
    rig.kernel.ready();
    feed();
    expect(seen).toEqual([['trade', true], ['funding', true], ['trade', false], ['funding', false]]);
    expect(strategy.cache.fundingRate(BYBIT.id)?.isHistorical).toBe(false);
  });

  it('REQ-A22 a handler given to a subscription that throws is the fault of its strategy', () => {
    class Mine extends Strategy { override onStart(): void { this.subscribe.trades(BYBIT.id, () => { throw new Error('handler'); }); } }
    const rig = new Rig();
    const { runner } = rig.add(Mine);
    rig.begin();
    rig.report((kernel, at) => { kernel.trade(rig.instrument(BYBIT.id), at, { tick: 1, lots: 1, aggressor: 'buy' }); });
    expect([runner.state, runner.faultError?.message]).toEqual(['FAULTED', 'handler']);
  });
});
