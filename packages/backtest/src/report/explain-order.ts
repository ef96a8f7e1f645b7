import { type Decimal, formatTime, type UnixMicros } from '@arb/core';
import type { OrderStory, RoundTripMoney, StoryEvent } from './order-story.ts';

/** One order from its reason to its end, in words: why, what risk said, what was sent, what came back, what the round trip came to. */
export function explainOrder(story: OrderStory): string {
  return [
    heading(story), ...because(story), line('risk', verdict(story.events)),
    ...story.events.map((event) => line(time(event.tsInit, story.createdAt), eventText(event, story.createdAt))),
    line('ended', ending(story)), ...tripLines(story.trip),
  ].join('\n');
}

function heading({ orderId, side, created: { quantity, price }, instrument, triggerPrice, type, timeInForce, isPostOnly, isReduceOnly, createdAt }: OrderStory): string {
  const at = [price === undefined ? '' : ` at ${price.toFixed()}`, triggerPrice === undefined ? '' : ` triggered at ${triggerPrice.toFixed()}`].join('');
  return `${orderId}: ${side} ${quantity.toFixed()} ${instrument.id}${at} ${type} ${timeInForce}${isPostOnly ? ' post-only' : ''}${isReduceOnly ? ' reduce-only' : ''}, ${formatTime(createdAt).slice(0, 10)}`;
}

function because({ because: event, reason }: OrderStory): string[] {
  if (event !== undefined) return [line('because', `${event.type}: ${event.reason}`), ...reasonLines(event.decision)];
  return reason === undefined ? [line('because', 'sent by hand; the strategy gave no reason')] : [line('because', 'sent by hand'), ...reasonLines(reason)];
}

/** `carry: aprPct 25.38, kind predicted, …`, a line for each part of a reason. */
function reasonLines(reason: unknown): string[] {
  if (reason === null || reason === undefined) return [];
  if (typeof reason !== 'object') return [line('', String(reason as string | number | boolean))];
  const plain: string[] = [];
  const parts: string[] = [];
  for (const [name, value] of Object.entries(reason)) {
    if (typeof value === 'object' && value !== null) parts.push(line('', `${name}: ${Object.entries(value as object).map(([key, one]) => `${key} ${shown(key, one)}`).join(', ')}`));
    else plain.push(`${name} ${shown(name, value)}`);
  }
  return [...(plain.length === 0 ? [] : [line('', plain.join(', '))]), ...parts];
}

/** Numbers to eight figures, for the journal holds them exactly; what is called `…At` is a time. */
function shown(name: string, value: unknown): string {
  if (typeof value === 'number') return /(^at|At)$/.test(name) ? formatTime(value) : String(Number(value.toPrecision(8)));
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | boolean);
}

function verdict(events: readonly StoryEvent[]): string {
  const denied = events.find(({ type }) => type === 'OrderDenied');
  if (denied !== undefined) return `${denied.code}: ${denied.reason}`;
  return events.some(({ type }) => type === 'OrderSubmitted') ? 'approved' : 'not asked yet';
}

function eventText({ type, code, reason, fill, amended, tsInit, tsEvent }: StoryEvent, createdAt: UnixMicros): string {
  const said = `${code === '' ? '' : ` ${code}`}${reason === '' ? '' : `: ${reason}`}`;
  const terms = amended === undefined ? '' : ` to ${amended.quantity.toFixed()} at ${amended.price.toFixed()}`;
  const filled = fill === undefined ? ''
    : ` ${fill.quantity.toFixed()} at ${fill.price.toFixed()} as ${fill.liquidity}${fill.origin === 'OWN' ? '' : ` (${fill.origin})`}, fee ${fill.fee.toFixed()} ${fill.feeCurrency}, position ${fill.position.toFixed()}`;
  return `${type}${said}${terms}${filled}${tsEvent === tsInit ? '' : `, at the venue ${time(tsEvent, createdAt)}`}`;
}

function ending({ status, filledQuantity, quantity, averagePrice }: OrderStory): string {
  return `${status}, ${filledQuantity.toFixed()} of ${quantity.toFixed()} filled${averagePrice === undefined ? '' : ` at ${averagePrice.toSignificantDigits(12).toFixed()} on average`}`;
}

function tripLines(trip: RoundTripMoney | undefined): string[] {
  if (trip === undefined) return [];
  const costs = [`fees ${amounts(trip.fees)}`, `funding ${amounts(trip.funding)}`].join(', ');
  const head = `round trip from ${formatTime(trip.from)}`;
  if (trip.to === undefined) return [line('money', `${head}, open at the end of the journal: ${costs}`)];
  const net = new Map<string, Decimal>();
  for (const part of [trip.flows, trip.fees, trip.funding]) for (const [currency, amount] of part) net.set(currency, net.get(currency)?.plus(amount) ?? amount);
  return [line('money', `${head} to ${formatTime(trip.to)}: ${amounts(net)} in all (prices ${amounts(trip.flows)}, ${costs})`)];
}

function amounts(byCurrency: ReadonlyMap<string, Decimal>): string {
  return byCurrency.size === 0 ? '0' : [...byCurrency].map(([currency, amount]) => `${amount.isNegative() ? '' : '+'}${amount.toDecimalPlaces(8).toFixed()} ${currency}`).join(' ');
}

function line(head: string, text: string): string { return `  ${head.padEnd(12)}  ${text}`; }

/** `23:43:00.450` on the day in the heading, else with its own. */
function time(at: UnixMicros, createdAt: UnixMicros): string {
  const [day, clock] = formatTime(at).slice(0, -1).split('T') as [string, string];
  return formatTime(createdAt).startsWith(day) ? clock : `${day} ${clock}`;
}
