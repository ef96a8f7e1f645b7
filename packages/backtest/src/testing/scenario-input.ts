import { ArbError, Decimal, type DecimalInput, type Instrument, type InstrumentId } from '@arb/core';

/** Price and size of a level. */
export type Level = readonly [price: DecimalInput, size: DecimalInput];

/** A level in ticks and lots. */
type GridLevel = readonly [tick: number, lots: number];

/** Most decimals of a price or rate: those of money. */
const MAX_DECIMALS = 18;

/** What a test gives to its scenario must be what a market could do: anything else is a mistake of the test, told where it is made. */
function refuse(place: string, received: unknown, wayOut: string): never {
  const text = received instanceof Decimal ? received.toFixed() : typeof received === 'string' ? `"${received}"` : String(received);
  throw new ArbError('ARB_BAD_SCENARIO', `${place} is ${text}; ${wayOut}`, { place });
}

/** One side of a book on the instrument's grid; a size of 0 is no level. */
export function bookSide(instrument: Instrument, side: 'bids' | 'asks', levels: readonly Level[]): GridLevel[] {
  return levels.map(([price, size], i) => {
    const place = `book of ${instrument.id}, ${side}[${i}]`;
    const tick = instrument.toTick(price);
    const lots = instrument.toLots(size);
    if (tick <= 0) refuse(`${place}: the price`, price, 'prices are more than 0');
    if (lots < 0) refuse(`${place}: the size`, size, 'sizes are not negative');
    return [tick, lots];
  });
}

/** @throws ArbError where the best bid is above the best ask */
export function requireUncrossed(instrument: Instrument, bids: readonly GridLevel[], asks: readonly GridLevel[]): void {
  const bid = Math.max(...bids.filter(([, lots]) => lots > 0).map(([tick]) => tick));
  const ask = Math.min(...asks.filter(([, lots]) => lots > 0).map(([tick]) => tick));
  if (bid > ask) refuse(`book of ${instrument.id}: the bid`, instrument.tickToDecimal(bid), `it must not be above the ask, ${instrument.tickToDecimal(ask).toFixed()}`);
}

/** A trade's price and quantity on the grid, both more than 0. */
export function tradeTerms(instrument: Instrument, { price, quantity, side }: { readonly price: DecimalInput; readonly quantity: DecimalInput; readonly side: string }): { readonly tick: number; readonly lots: number } {
  const [tick, lots] = [instrument.toTick(price), instrument.toLots(quantity)];
  if (tick <= 0) refuse(`trade of ${instrument.id}: the price`, price, 'prices are more than 0');
  if (lots <= 0) refuse(`trade of ${instrument.id}: the quantity`, quantity, 'it is more than 0; the side says the direction');
  requireOneOf(`trade of ${instrument.id}: the side`, side, ['buy', 'sell']);
  return { tick, lots };
}

/** @throws ArbError naming what is allowed */
export function requireOneOf(place: string, received: string, allowed: readonly string[]): void {
  if (!allowed.includes(received)) refuse(place, received, `it is one of ${allowed.join(', ')}`);
}

/** A mark, index or oracle price: any decimal above 0. */
export function priceOf(id: InstrumentId, kind: string, value: DecimalInput): Decimal {
  requireOneOf(`price of ${id}: the kind`, kind, ['mark', 'index', 'oracle']);
  const price = finite(`${kind} price of ${id}`, value, '60000.5');
  if (!price.gt(0)) refuse(`${kind} price of ${id}`, value, 'prices are more than 0');
  return price;
}

/** A funding rate as a fraction; negative rates are rates. */
export function rateFraction(id: InstrumentId, { ratePct, intervalHours, kind }: { readonly ratePct: DecimalInput; readonly intervalHours: number; readonly kind?: string }): Decimal {
  if (!Number.isFinite(intervalHours) || intervalHours <= 0) refuse(`funding rate of ${id}: intervalHours`, intervalHours, 'give hours above 0, such as 8');
  requireOneOf(`funding rate of ${id}: the kind`, kind ?? 'predicted', ['predicted', 'settled']);
  return finite(`funding rate of ${id}: ratePct`, ratePct, '0.01').div(100);
}

/** @throws ArbError where time would not go on */
export function requireDuration(ms: number): void {
  if (!Number.isFinite(ms) || ms < 0) refuse('advance: ms', ms, 'give milliseconds of 0 or more; time does not go back');
}

function finite(place: string, value: DecimalInput, example: string): Decimal {
  let read: Decimal | undefined;
  try { read = new Decimal(value); } catch { /* told below */ }
  if (read?.isFinite() !== true) return refuse(place, value, `give a decimal such as '${example}'`);
  if (read.decimalPlaces() > MAX_DECIMALS - 2) refuse(place, value, `give at most ${MAX_DECIMALS - 2} decimals`);
  return read;
}
