import type { PairReport, RunReport } from '../run-report.ts';
import { areYearsApart, formatDuration, formatNumber, formatStamp, NNBSP } from './format.ts';
import { hedgeEnvelope } from './hedge-envelope.ts';
import { html, type HtmlValue, type SafeHtml } from './html.ts';
import { type PageView, pairLegs } from './page-view.ts';
import { chartHost, definitions, panel, type PlainTable, tableBeneath } from './parts.ts';

/** Positions over time; with a pair also the net exposure and how well it was hedged. */
export function hedgeSection(view: PageView): SafeHtml | '' {
  if (!view.hasFills) return '';
  const subtitle = view.hasPairs ? 'USD at mid, long above and short below zero.' : 'USD at mid.';
  const positions = panel({ title: 'Position per leg', subtitle }, chartHost('c-po', 'Position of each leg over time.'));
  if (!view.hasPairs) return html`<section id="hedge" aria-label="Position"><div class="row one"><div>${positions}</div></div></section>`;
  return html`<section id="hedge" aria-label="Hedge"><div class="row"><div>${positions}${exposure(view)}</div>${quality(view.report)}</div>
    </section>`;
}

function exposure({ report, groups }: PageView): SafeHtml {
  const group = groups.find((candidate) => pairLegs(candidate) !== undefined);
  const pair = group?.pair ?? report.pairs[0]!;
  const p99 = pair.deltaP99Usd === null ? '' : `, 99 percent of the time within ${formatNumber(pair.deltaP99Usd, 0)} USD`;
  const wait = pair.skewP50Seconds === null ? '' : `, ${formatDuration(pair.skewP50Seconds)} at the median`;
  return html`<figure class="panel under wide">${chartHost('c-ne', `Net exposure of both legs while hedged${p99}.`)}
    <p class="plot-note">USD, long plus short. Shaded: tolerance of one lot, ±${formatNumber(pair.toleranceUsd, 0)}${NNBSP}USD. Ticks at the foot: fills that waited for their hedge${wait}; the budget for them is on the right.</p>
    ${tableBeneath(
    'Ten largest unhedged episodes as a table',
    worstEpisodes(report),
  )}</figure>`;
}

function worstEpisodes(report: RunReport): PlainTable {
  const rows = [...report.tables.hedgeEpisodes.rows].sort((a, b) => Number(b[4]) - Number(a[4])).slice(0, 10);
  return {
    head: ['Time, UTC', 'USD', 'Seconds', 'USD·s', 'Trip'],
    rows: rows.map((row) => [
      formatStamp(Number(row[0]) / 1e6, areYearsApart(report.from / 1e6, report.to / 1e6)),
      formatNumber(Math.abs(Number(row[3])), 0),
      formatNumber(Number(row[2]), 3),
      formatNumber(Number(row[4]), 0),
      row[6] === null ? '' : String(row[6]),
    ]),
  };
}

function quality(report: RunReport): SafeHtml {
  return html`<div class="panel hq"><div class="ph"><h2>Hedge quality</h2></div>
    <p class="sub">Each dot is one fill waiting for its hedge: seconds across, USD up. Hatched: outside the budget.</p>
    ${hedgeEnvelope(report)}${definitions(qualityRows(report))}</div>`;
}

function qualityRows({ unhedged, pairs }: RunReport): (readonly [HtmlValue, HtmlValue])[] {
  const worst = pairs.reduce<PairReport | undefined>(
    (found, pair) => (found === undefined || (pair.skewP95Seconds ?? 0) > (found.skewP95Seconds ?? 0) ? pair : found),
    undefined,
  );
  const ofEpisodes = html`<small>of ${formatNumber(unhedged.episodes, 0)} episodes</small>`;
  const ms = (seconds: number | null): string => (seconds === null ? '–' : formatNumber(seconds * 1_000, 0));
  return [
    ['Unhedged, longest', html`${formatDuration(unhedged.maxSeconds)} <small>of ${formatNumber(unhedged.budgetSeconds, 0)}${NNBSP}s</small>`],
    ['Unhedged, largest', html`${formatNumber(unhedged.maxUsdSeconds, 0)} <small>of ${formatNumber(unhedged.budgetUsdSeconds, 0)}${NNBSP}USD·s</small>`],
    ['Outside the budget', unhedged.overBudget === 0 ? html`0 ${ofEpisodes}` : html`<b class="loss">${unhedged.overBudget}</b> ${ofEpisodes}`],
    ['Together', html`${formatDuration(unhedged.seconds)} <small>or ${formatNumber(unhedged.usdSeconds, 0)}${NNBSP}USD·s</small>`],
    ['Leg skew, median and p95', html`${ms(worst?.skewP50Seconds ?? null)} <small>and</small> ${ms(worst?.skewP95Seconds ?? null)}${NNBSP}ms`],
    [
      'Delta while hedged, median and p99',
      worst === undefined || worst.deltaP50Usd === null
        ? 'no sample while hedged'
        : html`${formatNumber(worst.deltaP50Usd, 0)} <small>and</small> ${formatNumber(worst.deltaP99Usd, 0)}${NNBSP}USD`,
    ],
    [
      'Legs closed by force',
      formatNumber(
        pairs.reduce((sum, pair) => sum + pair.forcedCloses, 0),
        0,
      ),
    ],
  ];
}
