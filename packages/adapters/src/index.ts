/**
 * The ports of venue adapters. The adapters themselves (Bybit, Hyperliquid, Paradex, …) come with live trading.
 * @packageDocumentation
 */
export type { Signer, VenueAdapter, VenueCapabilities, WireCodec } from './venue/venue-adapter.ts';
