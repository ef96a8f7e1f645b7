import { ArbError, type Instrument, type InstrumentId, type VenueProfile } from '@arb/core';
import { type Kernel, nearest, profileMargin } from '@arb/core/internal';
import { marginTermsOf, type VenueTerms } from '../venue/venue-terms.ts';

/** Tells the strategies' account how its venue margins an instrument: tiers, mode and leverage. Spot takes no margin. */
export function applyMarginTerms({ portfolio }: Kernel, instrument: Instrument, { terms, profile }: { readonly terms: VenueTerms; readonly profile: VenueProfile | undefined }): void {
  if (instrument.kind === 'spot') return;
  const account = portfolio.account(instrument.venue);
  const margin = profile === undefined ? undefined : profileMargin(profile, instrument);
  if (margin !== undefined) account.setMarginTiers(instrument, margin.tiers);
  if (terms.instruments?.[instrument.id] === undefined) return;
  const { marginMode, leverage } = marginTermsOf(terms, instrument);
  account.setMarginMode(instrument, marginMode);
  account.setLeverage(instrument, leverage);
}

/**
 * Terms of single instruments name derivatives of their venue that the run knows: a name that fits nothing would be a setting that holds nowhere.
 *
 * @throws ArbError `ARB_BAD_CONFIG` with near names
 */
export function requireMarginInstruments({ venue, instruments = {} }: VenueTerms, known: readonly Instrument[]): void {
  const margined = known.filter((instrument) => instrument.venue === venue && instrument.kind !== 'spot').map(({ id }) => id);
  for (const id of Object.keys(instruments) as InstrumentId[]) {
    if (margined.includes(id)) continue;
    throw new ArbError('ARB_BAD_CONFIG', `venues.${venue}.simulation.instruments names ${id}, ${known.some((instrument) => instrument.id === id && instrument.kind === 'spot') ? 'a spot instrument, which takes no margin' : `which is not among the derivatives of ${venue} in the data`}; ${margined.length === 0 ? 'there are none' : `did you mean ${nearest(id, margined)[0] ?? margined.join(', ')}?`}`, { venue, id });
  }
}
