import { fromMoney, invariant, type Kernel } from '@arb/core/internal';
import { LANE_RESPONSE } from '../replay/lane.ts';
import type { SimulatedVenue } from '../venue/simulated-venue.ts';

/**
 * At the end of a run each venue's own books and our ledger say the same, to the last unit: cash in every currency, lots and isolated margin in every instrument.
 * A venue with an answer still under way is passed over, since it knows more than we do.
 *
 * @throws InvariantError naming venue, what differs and by how much
 */
export function checkAccounts(kernel: Kernel, venues: Iterable<SimulatedVenue>): void {
  for (const { venue, account, lanes } of venues) {
    if (lanes.some((lane) => lane.laneClass === LANE_RESPONSE && lane.nextAt() !== Infinity)) continue;
    const ours = kernel.portfolio.account(venue);
    const theirs = account.balances();
    for (const currency of new Set([...theirs.keys(), ...ours.currencies])) {
      const difference = (theirs.get(currency) ?? 0n) - ours.balanceOf(currency);
      invariant(difference === 0n, `${venue} holds ${fromMoney(theirs.get(currency) ?? 0n).toFixed()} ${currency}, our ledger ${ours.balance(currency).toFixed()}`, { venue, currency });
    }
    for (const { instrument, basis, isolated } of ours.holdings()) {
      const margin = account.isolatedMargin(instrument) ?? 0n;
      invariant(margin === isolated.amount, `${venue} has set ${fromMoney(margin).toFixed()} ${instrument.settle} aside for ${instrument.id}, our account ${fromMoney(isolated.amount).toFixed()}`, { venue, instrument: instrument.id });
      invariant(account.lots(instrument) === basis.lots, `${venue} holds ${account.lots(instrument)} lots of ${instrument.id}, our ledger ${basis.lots}`, { venue, instrument: instrument.id });
    }
  }
}
