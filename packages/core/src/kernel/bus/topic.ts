import { ArbError } from '../errors.ts';
import { type InstrumentId, type StrategyId, symbolOf, venueOf } from '../model/ids.ts';
import type { FundingPaymentReport } from '../execution/execution-client.ts';
import type { FundingRate } from '../model/funding-rate.ts';
import type { Bar, FeedStatus, PriceUpdate, Quote, Trade } from '../model/market-data.ts';
import type { OrderEvent } from '../model/order-events.ts';
import type { StandardSchema } from '../strategy/standard-schema.ts';

declare const PAYLOAD: unique symbol;

/** A typed name of a stream of messages. Its text is a NATS subject, so that the networked bus needs no translation. */
export interface Topic<Payload> {
  readonly name: string;
  /** Checks payloads of custom topics; undefined for the kernel's own. */
  readonly schema: StandardSchema | undefined;
  readonly [PAYLOAD]?: Payload;
}

const TOKEN = /^[^\s.*>]+$/;

/** A token of a topic name: dots, wildcards and blanks of the text are written as `%HH`. */
export function topicToken(text: string): string {
  return text.replace(/[\s.*>%]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}

/**
 * Declares a topic of your own; publish with `this.bus.publish(topic, message)`, receive with `this.subscribe.topic(topic, handler)`.
 *
 * @throws ArbError `ARB_BAD_TOPIC` where the name is not of the form `token.token`
 * @example defineTopic('basis-alarm').name // => 'custom.basis-alarm'
 */
export function defineTopic<Payload>(name: string, schema?: StandardSchema<unknown, Payload>): Topic<Payload> {
  if (!name.split('.').every((token) => TOKEN.test(token))) {
    throw new ArbError('ARB_BAD_TOPIC', `"${name}" is not a topic; write tokens separated by dots, without blanks, * or >, as in basis-alarm.btc`, { name });
  }
  return { name: `custom.${name}`, schema };
}

const kernelTopic = <Payload>(name: string): Topic<Payload> => ({ name, schema: undefined });
const ofInstrument = <Payload>(kind: string, id: InstrumentId): Topic<Payload> => kernelTopic(`${kind}.${topicToken(venueOf(id))}.${topicToken(symbolOf(id))}`);

/** The kernel's own topics. */
export const topics: {
  readonly quotes: (id: InstrumentId) => Topic<Quote>;
  readonly trades: (id: InstrumentId) => Topic<Trade>;
  readonly bars: (id: InstrumentId) => Topic<Bar>;
  readonly prices: (id: InstrumentId) => Topic<PriceUpdate>;
  readonly fundingRates: (id: InstrumentId) => Topic<FundingRate>;
  readonly fundingPayments: (id: InstrumentId) => Topic<FundingPaymentReport>;
  readonly feedStatus: (id: InstrumentId) => Topic<FeedStatus>;
  readonly orders: (strategyId: StrategyId) => Topic<OrderEvent>;
} = {
  quotes: (id) => ofInstrument('data.quote', id),
  trades: (id) => ofInstrument('data.trade', id),
  bars: (id) => ofInstrument('data.bar', id),
  prices: (id) => ofInstrument('data.price', id),
  fundingRates: (id) => ofInstrument('data.funding', id),
  fundingPayments: (id) => ofInstrument('event.funding', id),
  feedStatus: (id) => ofInstrument('event.feed', id),
  orders: (strategyId) => orderTopics.get(strategyId) ?? newOrderTopic(strategyId),
};

/** Asked for with every order event, so each is made once; a run has as many as strategies. */
const orderTopics = new Map<StrategyId, Topic<OrderEvent>>();

function newOrderTopic(strategyId: StrategyId): Topic<OrderEvent> {
  const topic: Topic<OrderEvent> = kernelTopic(`event.order.${topicToken(strategyId)}`);
  orderTopics.set(strategyId, topic);
  return topic;
}

/**
 * True where a pattern covers a topic name: `*` stands for one token, `>` at the end for one or more.
 *
 * @example topicMatches('data.*.BYBIT.>', 'data.trade.BYBIT.BTCUSDT-PERP') // => true
 */
export function topicMatches(pattern: string, name: string): boolean {
  const want = pattern.split('.');
  const have = name.split('.');
  for (let i = 0; i < want.length; i++) {
    if (want[i] === '>') return i === want.length - 1 && have.length > i;
    if (have[i] === undefined || (want[i] !== '*' && want[i] !== have[i])) return false;
  }
  return want.length === have.length;
}
