import { formatTime, type OrderFilled } from '@arb/core';
import type { OrderStory } from './simulation.ts';

/** One order from its reason to its end, a line each: why, what risk said, what was sent, what came back. */
export function explainOrder({ order, events, pairEvent }: OrderStory): string {
  const price = order.price === undefined ? '' : ` at ${order.price.toFixed()}`;
  const lines = [`${order.id}: ${order.side} ${order.quantity.toFixed()} ${order.instrumentId}${price} ${order.type} ${order.timeInForce}${order.reduceOnly ? ' reduce-only' : ''}`];
  if (pairEvent !== undefined) lines.push(`  because   ${pairEvent.type}: ${pairEvent.reason}`);
  lines.push(`  risk      ${order.denial === undefined ? 'approved' : `${order.denial.code}: ${order.denial.message}`}`);
  for (const event of events) {
    const at = formatTime(event.tsInit).slice(11, -1);
    if (event.type === 'OrderFilled' || event.type === 'FillBusted') lines.push(`  ${at}  ${event.type} ${fillText(event as OrderFilled)}`);
    else lines.push(`  ${at}  ${event.type}${event.code === '' ? '' : ` ${event.code}`}${event.reason === '' ? '' : `: ${event.reason}`}`);
  }
  lines.push(`  ended     ${order.status}, ${order.filledQuantity.toFixed()} of ${order.quantity.toFixed()} filled`);
  return lines.join('\n');
}

function fillText(event: OrderFilled): string {
  return `${event.lastQuantity.toFixed()} at ${event.lastPrice.toFixed()} as ${event.liquidity}, fee ${event.fee.toFixed()} ${event.report.feeCurrency}`;
}
