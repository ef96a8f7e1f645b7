import { describe, expect, it } from 'vitest';
import { combineUnhedged, hedgeEpisodes, summariseEpisodes } from '../../src/report/hedge-episodes.ts';
import { at, fillOf, pairOf, SHORT } from './fixtures/small-facts.ts';

const short = { instrumentId: SHORT };

describe('hedge episodes', () => {
  it('REQ-A03 an episode lasts from the fill that unbalances the pair to the fill that balances it', () => {
    // −2 at 100 for 1.5 s, then −0.5 (the buy of 1.5 at 102) for 0.5 s: 200 × 1.5 + 51 × 0.5 = 325.5 USD·s.
    const [episode, ...rest] = hedgeEpisodes(
      pairOf(),
      [fillOf(0, 'sell', '2', '100', short), fillOf(1.5, 'buy', '1.5', '102'), fillOf(2, 'buy', '0.5', '102')],
      at(60),
    );
    expect(rest).toEqual([]);
    expect(episode).toMatchObject({ ts: at(0), seconds: 2, usd: -200, usdSeconds: 325.5, isOverBudget: false, orderId: 'O0' });
    expect(episode!.fills).toHaveLength(3);
  });

  it('what stays within one lot is hedged', () => {
    expect(hedgeEpisodes(pairOf(), [fillOf(0, 'sell', '0.01', '100', short)], at(60))).toEqual([]);
    const [episode] = hedgeEpisodes(pairOf(), [fillOf(0, 'sell', '1', '100', short), fillOf(1, 'buy', '0.99', '100')], at(60));
    expect(episode).toMatchObject({ seconds: 1, usdSeconds: 100 });
  });

  it('REQ-A48 over budget by time or by USD·s, each alone', () => {
    const byTime = hedgeEpisodes(pairOf(), [fillOf(0, 'sell', '1', '100', short), fillOf(3.001, 'buy', '1', '100')], at(60))[0]!;
    const bySize = hedgeEpisodes(pairOf(), [fillOf(0, 'sell', '6', '100', short), fillOf(1, 'buy', '6', '100')], at(60))[0]!;
    const exact = hedgeEpisodes(pairOf(), [fillOf(0, 'sell', '1', '100', short), fillOf(3, 'buy', '1', '100')], at(60))[0]!;
    expect([byTime.isOverBudget, bySize.isOverBudget, exact.isOverBudget]).toEqual([true, true, false]);
  });

  it('an episode open at the end ends with the replay, and is not forgotten', () => {
    expect(hedgeEpisodes(pairOf(), [fillOf(0, 'sell', '1', '100', short)], at(10))).toMatchObject([{ seconds: 10, usdSeconds: 1_000, isOverBudget: true }]);
  });

  it('the summary names the figure nearest its budget', () => {
    const episodes = hedgeEpisodes(
      pairOf(),
      [fillOf(0, 'sell', '2', '100', short), fillOf(1, 'buy', '2', '100'), fillOf(5, 'sell', '1', '100', short), fillOf(7.4, 'buy', '1', '100')],
      at(60),
    );
    // 1 s at 200 USD, 2.4 s at 100 USD: by time 2.4/3 = 80 %, by size 240/500 = 48 %.
    const summary = summariseEpisodes(episodes, pairOf());
    expect(summary).toMatchObject({ episodes: 2, overBudget: 0, maxUsdSeconds: 240, usdSeconds: 440 });
    expect(summary.worstPctOfBudget).toBeCloseTo(80, 9);
    const worse = { ...summary, worstPctOfBudget: 120, budgetSeconds: 2, overBudget: 1 };
    expect(combineUnhedged([summary, worse])).toMatchObject({ episodes: 4, overBudget: 1, worstPctOfBudget: 120, budgetSeconds: 2 });
    expect(combineUnhedged([])).toMatchObject({ episodes: 0, budgetSeconds: null, worstPctOfBudget: null });
  });
});
