import { Instrument } from '../model/instrument.ts';
import type { VenueProfile } from './venue-profile.ts';

/** The instrument with the largest order its venue's profile knows, where its own record states none; rounded down to its grid, which may be coarser than the venue's. */
export function withLargestOrder(instrument: Instrument, profile: VenueProfile | undefined): Instrument {
  const { id, spec } = instrument;
  const size = spec.maxSize === undefined ? profile?.largestOrders.find(({ sizes }) => Object.hasOwn(sizes, id))?.sizes[id] : undefined;
  return size === undefined ? instrument : new Instrument({ ...spec, maxSize: instrument.roundQuantity(size, 'down').toFixed() });
}
