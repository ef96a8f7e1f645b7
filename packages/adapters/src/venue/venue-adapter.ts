import type { DataClient, ExecutionClient, FundingConvention, InstrumentSpec, OrderType, TimeInForce, VenueId } from '@arb/core';

/** What a venue can do and how; a weakness is declared here, not discovered in production. */
export interface VenueCapabilities {
  readonly timeInForce: readonly TimeInForce[];
  readonly orderTypes: readonly OrderType[];
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  /** Whether an amended order keeps its place when only reduced, loses it, or becomes a new order; `none`: cancel and send anew. */
  readonly amend: 'keeps-place-on-reduce' | 'loses-place' | 'replaces' | 'none';
  /** How client order ids must look; ours are derived from run, strategy and sequence. */
  readonly clientOrderId: { readonly maxLength: number; readonly form: 'text' | 'hex-128' };
  readonly funding: FundingConvention | 'none';
  /** What cancels our orders when we are gone; `none` needs a watchdog of our own. */
  readonly deadManSwitch: 'venue' | 'none';
  readonly orderEntry: 'websocket' | 'rest';
  readonly positionMode: 'one-way' | 'hedge';
}

/**
 * One venue: what it is, what it trades, and the two clients that speak to it. Venues' fees and limits are not here; they are profiles of `@arb/core`.
 *
 * Commands return nothing and events tell what became of them, as the kernel's ports demand.
 */
export interface VenueAdapter {
  readonly venue: VenueId;
  readonly capabilities: VenueCapabilities;
  /** Instruments as the venue states them now. */
  instruments(): Promise<readonly InstrumentSpec[]>;
  readonly data: DataClient;
  readonly execution: ExecutionClient;
  connect(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Turns messages of a venue's wire into values and back. Pure and synchronous, so that recorded messages test it without sockets. */
export interface WireCodec<Inbound, Outbound> {
  /** @throws ArbError naming the message where it is not understood; nothing is guessed */
  decode(text: string): readonly Inbound[];
  encode(message: Outbound): string;
}

/** Signs requests. The key never leaves it: not into logs, journals, errors. */
export interface Signer {
  sign(payload: Uint8Array): Promise<Uint8Array>;
}
