import { ArbError } from '../errors.ts';
import type { Brand } from './brand.ts';

/** A venue's name in upper case: `HYPERLIQUID`. */
export type VenueId = Brand<string, 'VenueId'>;
/** `<symbol>.<VENUE>`; the symbol may hold any character, the venue is what follows the last dot. */
export type InstrumentId = Brand<string, 'InstrumentId'>;
/** A strategy's name within a run: `btc`. */
export type StrategyId = Brand<string, 'StrategyId'>;
/** Our own order id, derived from (run, strategy, sequence), so that a restart derives it again. */
export type ClientOrderId = Brand<string, 'ClientOrderId'>;
/** The id a venue gave to an order. */
export type VenueOrderId = Brand<string, 'VenueOrderId'>;
/** A venue's id of one execution, unique within the venue. */
export type FillId = Brand<string, 'FillId'>;
/** A position; with netting one per strategy and instrument. */
export type PositionId = Brand<string, 'PositionId'>;

const VENUE = /^[A-Z][A-Z0-9_-]*$/;

/**
 * Reads an instrument id.
 *
 * @throws ArbError `ARB_BAD_INSTRUMENT_ID` with the shape expected and what was received
 * @example instrumentId('BTC-USD-PERP.HYPERLIQUID') // => 'BTC-USD-PERP.HYPERLIQUID'
 */
export function instrumentId(text: string): InstrumentId {
  const dot = text.lastIndexOf('.');
  if (dot < 1 || !VENUE.test(text.slice(dot + 1))) {
    throw new ArbError('ARB_BAD_INSTRUMENT_ID', `"${text}" is not an instrument id; write <symbol>.<VENUE>, as in BTC-USD-PERP.HYPERLIQUID`, { text });
  }
  return text;
}

/** The venue of an instrument id: what follows its last dot. */
export function venueOf(id: InstrumentId): VenueId {
  return id.slice(id.lastIndexOf('.') + 1);
}

/** The symbol of an instrument id: what precedes its last dot. */
export function symbolOf(id: InstrumentId): string {
  return id.slice(0, id.lastIndexOf('.'));
}
