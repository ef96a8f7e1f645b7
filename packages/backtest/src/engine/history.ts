import { ArbError, MICROS_PER_HOUR, MICROS_PER_MS, type PriceKind, type UnixMicros } from '@arb/core';
import type { HistoryRequest, Kernel } from '@arb/core/internal';
import type { Catalog, ReadQuery } from '../catalog/catalog.ts';
import type { DataKind } from '../catalog/chunks.ts';

/** One past event: when it was known, and how it is delivered. */
interface PastEvent { readonly tsInit: UnixMicros; readonly order: number; readonly deliver: () => void }

/** Events of warm-up held at once; longer histories are for bars, not for ticks. */
const MAX_EVENTS = 5_000_000;
const BAR_KINDS: readonly PriceKind[] = ['trade', 'mark', 'index', 'mid'];

/**
 * Delivers what was asked for as history, in time order over all streams, before the run's first event: nothing of the range itself, so there is neither gap nor
 * duplicate at the join. The clock stands still meanwhile.
 *
 * @throws ArbError `ARB_HISTORY_TOO_LONG`
 */
export function deliverHistory(requests: readonly HistoryRequest[], parts: { readonly kernel: Kernel; readonly catalog: Catalog; readonly now: UnixMicros }): void {
  const events: PastEvent[] = [];
  requests.forEach((request, order) => { events.push(...pastEvents(request, order, parts)); });
  if (events.length > MAX_EVENTS) throw new ArbError('ARB_HISTORY_TOO_LONG', `warm-up asks for ${events.length} events; the limit is ${MAX_EVENTS}: ask for fewer hours, or for bars`, { events: events.length });
  events.sort((a, b) => a.tsInit - b.tsInit || a.order - b.order);
  parts.kernel.data.isHistorical = true;
  for (const { deliver } of events) {
    deliver();
    parts.kernel.drain();
  }
  parts.kernel.data.isHistorical = false;
}

/** What is read of the catalog for a request; undefined where it reads nothing: a book's past is its snapshot at the start, instruments are known already. */
export function historyQuery(request: HistoryRequest, now: UnixMicros): ReadQuery<DataKind> | undefined {
  const kind = request.kind === 'mark' || request.kind === 'index' || request.kind === 'oracle' ? 'price' : request.kind;
  if (kind === 'book' || kind === 'instrument') return undefined;
  return { instrumentId: request.instrumentId, kind, from: now - request.historyHours * MICROS_PER_HOUR, to: now };
}

function pastEvents(request: HistoryRequest, ...[order, { kernel, catalog, now }]: [number, { readonly kernel: Kernel; readonly catalog: Catalog; readonly now: UnixMicros }]): PastEvent[] {
  const range = historyQuery(request, now);
  if (range === undefined) return [];
  const { instrument } = kernel.cache.state(request.instrumentId);
  const events: PastEvent[] = [];
  const add = (tsInit: UnixMicros, deliver: () => void): void => { events.push({ tsInit, order, deliver }); };
  switch (request.kind) {
    case 'bar':
      for (const chunk of catalog.readSync({ ...range, kind: 'bar' })) {
        const price = Number(`1e${chunk.priceScale}`);
        for (let i = 0; i < chunk.rows; i++) {
          const tsEvent = chunk.tsEvent[i]!;
          const bar = {
            open: chunk.open[i]! / price, high: chunk.high[i]! / price, low: chunk.low[i]! / price, close: chunk.close[i]! / price, volume: chunk.volume[i]! / Number(`1e${chunk.volumeScale}`),
            intervalMs: chunk.intervalUs[i]! / MICROS_PER_MS, priceKind: BAR_KINDS[chunk.priceKind[i]!]!,
          };
          add(chunk.tsInit[i]!, () => { kernel.data.bar(instrument, tsEvent, bar); });
        }
      }
      break;
    case 'trade':
      for (const chunk of catalog.readSync({ ...range, kind: 'trade' })) {
        for (let i = 0; i < chunk.rows; i++) {
          const tsEvent = chunk.tsEvent[i]!;
          const trade = { tick: chunk.tick[i]!, lots: chunk.lots[i]!, aggressor: chunk.side[i] === 0 ? 'buy' as const : chunk.side[i] === 1 ? 'sell' as const : 'unknown' as const };
          add(chunk.tsInit[i]!, () => { kernel.data.trade(instrument, tsEvent, trade); });
        }
      }
      break;
    case 'quote':
      for (const chunk of catalog.readSync({ ...range, kind: 'quote' })) {
        for (let i = 0; i < chunk.rows; i++) {
          const tsEvent = chunk.tsEvent[i]!;
          const quote = { bidTick: chunk.bidTick[i]!, bidLots: chunk.bidLots[i]!, askTick: chunk.askTick[i]!, askLots: chunk.askLots[i]! };
          add(chunk.tsInit[i]!, () => { kernel.data.quote(instrument, tsEvent, quote); });
        }
      }
      break;
    case 'mark':
    case 'index':
    case 'oracle':
      for (const chunk of catalog.readSync({ ...range, kind: 'price' })) {
        for (let i = 0; i < chunk.rows; i++) {
          const kind = (['mark', 'index', 'oracle'] as const)[chunk.priceKind[i]!]!;
          if (kind !== request.kind) continue;
          const tsEvent = chunk.tsEvent[i]!;
          const value = { kind, mantissa: BigInt(chunk.value[i]!), decimals: chunk.scale };
          add(chunk.tsInit[i]!, () => { kernel.data.price(instrument, tsEvent, value); });
        }
      }
      break;
    case 'funding':
      for (const chunk of catalog.readSync({ ...range, kind: 'funding' })) {
        const scale = Number(`1e${chunk.rateScale}`);
        for (let i = 0; i < chunk.rows; i++) {
          const tsInit = chunk.tsInit[i]!;
          const rate = {
            instrumentId: instrument.id, rate: BigInt(chunk.rate[i]!), rateDecimals: chunk.rateScale, rateNumber: chunk.rate[i]! / scale, intervalHours: chunk.intervalUs[i]! / MICROS_PER_HOUR,
            kind: chunk.status[i] === 1 ? 'settled' as const : 'predicted' as const, settlesAt: chunk.settlesAt[i]!, tsEvent: chunk.tsEvent[i]!, tsInit,
          };
          add(tsInit, () => { kernel.data.fundingRate(rate); });
        }
      }
      break;
    case 'book':
    case 'instrument':
      break;
  }
  return events;
}
