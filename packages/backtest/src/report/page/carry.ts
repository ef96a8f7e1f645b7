import { roundAmount, sumAmounts } from '../amounts.ts';
import { breakEvenOf } from '../break-even.ts';
import type { RoundTrip, RunReport, SampledSeries } from '../run-report.ts';
import { areYearsApart, formatDate, formatDayMonth, formatDayTime, formatDuration, formatNumber, formatPct, formatSigned, MISSING, NNBSP, venueName } from './format.ts';
import { html, type HtmlValue, type SafeHtml } from './html.ts';
import { type GroupView, type PageView, pairLegs } from './page-view.ts';
import { chartHost, countOf, emptyPanel, panel, plainTable, type PlainTable, tableBeneath, toneOf } from './parts.ts';
import { MAX_DAY_ROWS } from './result.ts';
import { differentialPeaks } from './verdict.ts';

/** Differential and decisions, round trips, funding by leg; nothing where a run had neither pairs nor funding. */
export function carrySection(view: PageView): SafeHtml | '' {
  const hasFunding = view.report.fundingPayments > 0;
  if (!view.hasPairs && !hasFunding) return '';
  const top = view.hasPairs ? html`<div class="row"><div>${differentialPanel(view)}</div>${tripsPanel(view)}</div>` : '';
  const funding = html`<div class="row"><div>${fundingPanel(view)}</div>${legsPanel(view)}</div>`;
  return html`<section id="carry" aria-label="Carry">${groupSelect(view)}${top}${view.hasFills ? funding : ''}</section>`;
}

/** Chooses the pair the charts show; absent with a single one. */
function groupSelect(view: PageView): SafeHtml | '' {
  if (view.groups.length < 2) return '';
  return html`<p class="group no-print"><label for="group">Charts of carry and hedge show</label> <select id="group">
    ${view.groups.slice(0, view.groupsOffered).map((group, index) => html`<option value="${index}">${group.label}</option>`)}</select></p>`;
}

function differentialPanel({ groups, report }: PageView): SafeHtml {
  const group = groups.find((candidate) => candidate.pair !== null)!;
  const legs = pairLegs(group);
  const { enterAprPct, exitAprPct } = group.pair!;
  const names = legs === undefined ? 'Short minus long' : `${legs.short.label} minus ${legs.long.label}`;
  const thresholds =
    enterAprPct === null || exitAprPct === null
      ? ''
      : ` Dashed: enter at ${formatNumber(enterAprPct, 1)}${NNBSP}%, exit at ${formatNumber(exitAprPct, 1)}${NNBSP}%.`;
  const series = report.series.pairs.find((pair) => pair.pairId === group.id);
  const known =
    series === undefined ? 0 : series.shortAprPct.values.filter((value, index) => value !== null && (series.longAprPct.values[index] ?? null) !== null).length;
  if (series === undefined || known === 0) {
    return emptyPanel(
      'Funding differential and decisions',
      'There is no predicted funding rate of both legs.',
      'Add the funding kind of both instruments to the catalog: `arb data ls` shows what is there.',
    );
  }
  const table = tableBeneath('Differential by day as a table', differentialByDay(series.shortAprPct, series.longAprPct));
  return panel(
    { title: 'Funding differential and decisions', subtitle: `${names}, predicted, APR in %, sampled every ${formatDuration(series.shortAprPct.stepUs / 1e6)}. ▲ entry, ▼ exit, at the rate each was decided on.${thresholds}` },
    html`${chartHost('c-df', `Funding differential with ${countOf(report.trips.length, 'entry', 'entries')}.`)}${table}`,
  );
}

function differentialByDay(short: SampledSeries, long: SampledSeries): PlainTable {
  const days = new Map<number, number[]>();
  short.values.forEach((value, index) => {
    const other = long.values[index] ?? null;
    if (value === null || other === null) return;
    const day = Math.floor((short.start + index * short.stepUs) / 86_400e6);
    const values = days.get(day) ?? [];
    values.push(value - other);
    days.set(day, values);
  });
  const rows = [...days]
    .slice(0, MAX_DAY_ROWS)
    .map(([day, values]) => [
      formatDayMonth(day * 86_400),
      formatPct(values.reduce((sum, value) => sum + value, 0) / values.length),
      formatPct(Math.min(...values)),
      formatPct(Math.max(...values)),
    ]);
  return { head: ['Day', 'Mean', 'Lowest', 'Highest'], rows };
}

const MAX_TRIPS_SHOWN = 40;
/** From here on the list scrolls, so that it does not push the charts apart. */
const TRIPS_IN_VIEW = 8;

function tripsPanel(view: PageView): SafeHtml {
  const { report } = view;
  if (report.trips.length === 0) return peaksPanel(view);
  const shown = report.trips.slice(0, MAX_TRIPS_SHOWN);
  const together = Number(roundAmount(sumAmounts(report.trips.map((trip) => trip.netPnlUsd)), 2));
  const rest =
    report.trips.length > shown.length ? html`<p class="plot-note">The first ${shown.length} of ${report.trips.length}; all are in report.json.</p>` : '';
  const open = report.trips
    .filter((trip) => trip.to === null && (trip.closeCostUsd !== null || trip.closeCostNote !== null))
    .map((trip) =>
      trip.closeCostUsd === null
        ? html`<p class="plot-note">Trip ${trip.n} is open; what closing it would cost is unknown: ${trip.closeCostNote}.</p>`
        : html`<p class="plot-note">Trip ${trip.n} is open: closing it at the last book would cost ${formatSigned(Number(trip.closeCostUsd))}${NNBSP}USD.</p>`,
    );
  return html`<div class="panel"><div class="ph"><h2>Round trips</h2></div><p class="sub no-print">Press a number to see it in every chart.</p>
    <div class="scroll trips${shown.length > TRIPS_IN_VIEW ? ' long' : ''}" tabindex="0" role="region" aria-label="Round trips"><table><thead><tr>
    <th scope="col">Trip</th><th scope="col">Entered, held</th><th scope="col" class="r">APR in, out</th><th scope="col" class="r">Net, USD</th></tr>
    </thead><tbody>${shown.map(
    (trip) => tripRow(trip, report),
  )}</tbody><tfoot><tr><td></td><td>Together</td><td></td><td class="r ${toneOf(together)}">${formatSigned(together)}</td></tr></tfoot></table></div>
    ${open}${rest}${breakEvenNote(report)}</div>`;
}

function tripRow(trip: RoundTrip, report: RunReport): SafeHtml {
  const net = Number(trip.netPnlUsd);
  const cost = Number(trip.feesUsd) + Number(trip.slippageUsd);
  const pair = report.pairs.length > 1 ? `${trip.pairId}, ` : '';
  return html`<tr><td>
    <button type="button" class="trip" data-range="${trip.n}" aria-pressed="false" aria-label="Zoom all charts to round trip ${trip.n}">${trip.n}
    </button></td><td>${areYearsApart(report.from / 1e6, report.to / 1e6) ? formatDate(trip.from / 1e6) : formatDayTime(trip.from / 1e6)}<small>
    ${pair}${formatDuration(
    ((trip.to ?? report.replayedTo) - trip.from) / 1e6,
  )}, ${formatNumber(Number(trip.notionalUsd) / 1000, Number(trip.notionalUsd) < 10_000 ? 1 : 0)}k a leg</small></td><td class="r">
    ${formatPct(trip.aprInPct)}<small>${
    trip.to === null ? 'still open' : formatPct(trip.aprOutPct)
  }</small></td><td class="r"><span class="${toneOf(net)}">${formatSigned(net)}</span><small>
    ${formatSigned(Number(trip.fundingUsd), 0)} funding, ${formatSigned(cost, 0)} cost</small></td></tr>`;
}

function breakEvenNote(report: RunReport): SafeHtml | '' {
  const needed = breakEvenOf(report.trips)?.days ?? null;
  if (Number(report.netPnlUsd) >= 0 || needed === null) return '';
  const longest = Math.max(...report.trips.map((trip) => (trip.to ?? report.replayedTo) - trip.from)) / 1e6;
  return html`<p class="plot-note">Break-even needed ${formatDuration(needed * 86_400)} at the entry APR; the longest trip lasted ${formatDuration(longest)}.</p>`;
}

function peaksPanel({ report }: PageView): SafeHtml {
  const pair = report.pairs[0]!;
  const rows = differentialPeaks(report, pair.pairId, 3).map((peak) => [formatDayTime(peak.ts / 1e6), formatPct(peak.aprPct)]);
  return html`<div class="panel"><div class="ph"><h2>Nearest to an entry</h2></div>
    <p class="sub">The three highest points of the differential${pair.enterAprPct === null ? '' : `; entry needs ${formatPct(pair.enterAprPct)}`}.</p>
    ${plainTable(
    { head: ['Time, UTC', 'Differential'], rows },
  )}</div>`;
}

function fundingPanel(view: PageView): SafeHtml {
  const group = view.groups[0]!;
  const state = group.legs.map(({ leg, label }) => `${label} ${formatSigned(totalOf(leg.fundingReceivedUsd, leg.fundingPaidUsd))} USD`).join(', ');
  return panel(
    { title: 'Cumulative funding per leg', subtitle: 'USD received (+) and paid (−), stepped at each settlement.' },
    html`${chartHost('c-fu', `Cumulative funding: ${state}.`)}${tableBeneath('Funding by day and leg as a table', fundingByDay(view.report, group))}`,
  );
}

function fundingByDay(report: RunReport, group: GroupView): PlainTable {
  const days = new Map<string, number[]>();
  for (const row of report.tables.fundingPayments.rows) {
    const index = group.legs.findIndex(({ leg }) => leg.instrumentId === row[3] && leg.strategyId === row[1] && leg.pairId === row[2]);
    if (index === -1) continue;
    const day = formatDayMonth((Number(row[0]) - 1) / 1e6);
    const sums = days.get(day) ?? group.legs.map(() => 0);
    sums[index] = sums[index]! + Number(row[6]);
    days.set(day, sums);
  }
  return {
    head: ['Day', ...group.legs.map((view) => view.label), 'Together'],
    rows: [...days]
      .slice(0, MAX_DAY_ROWS)
      .map(([day, sums]) => [day, ...sums.map((sum) => formatSigned(sum)), formatSigned(sums.reduce((all, sum) => all + sum, 0))]),
  };
}

/** Amounts added exactly, then rounded to the cent. */
const totalOf = (...amounts: readonly string[]): number => Number(roundAmount(sumAmounts(amounts), 2));

const MAX_LEG_COLUMNS = 4;

/** The legs shown side by side: the short leg first, as it is the one that usually receives. */
function legsPanel(view: PageView): SafeHtml {
  const group = view.groups[0]!;
  const legs = group.legs.slice(0, MAX_LEG_COLUMNS);
  if (group.pair !== null) legs.reverse();
  const names = { long: 'Long', short: 'Short', single: '' };
  const row = (name: HtmlValue, value: (leg: PageView['legs'][number]) => HtmlValue): HtmlValue[] => [name, ...legs.map(value)];
  const rows = [
    row('Venue', ({ leg }) => venueName(leg.venue)),
    ...(legs.every(({ leg, label }) => label === venueName(leg.venue)) ? [] : [row('Instrument', ({ label }) => label)]),
    row('Interval', ({ leg }) => leg.fundingTerms ?? MISSING),
    row('Settlements', ({ leg }) => formatNumber(leg.settlements, 0)),
    row('Average rate held, APR', ({ leg }) => formatPct(leg.averageAprPct)),
    row('Received, USD', ({ leg }) => formatSigned(Number(leg.fundingReceivedUsd))),
    row('Paid, USD', ({ leg }) => formatSigned(Number(leg.fundingPaidUsd))),
    ...(legs.some(({ leg }) => Number(leg.fundingAccruedUsd) !== 0)
      ? [row('Accrued, not settled, USD', ({ leg }) => formatSigned(Number(leg.fundingAccruedUsd)))]
      : []),
    ...(legs.some(({ leg }) => leg.predictionErrorAprPct !== null)
      ? [row(html`Prediction error <small>1 h ahead, at most half the interval</small>`, ({ leg }) => (leg.predictionErrorAprPct === null ? MISSING : `±${formatPct(leg.predictionErrorAprPct)}`))]
      : []),
  ];
  const net = row('Net funding, USD', ({ leg }) => formatSigned(totalOf(leg.fundingReceivedUsd, leg.fundingPaidUsd, leg.fundingAccruedUsd)));
  const isSettled = Number(view.report.attribution.fundingAccruedUsd) === 0;
  const table = plainTable({
    head: ['Leg', ...legs.map((view) => html`<i class="key k-${view.colour}"></i>${names[view.leg.role] || view.leg.base}`)],
    rows,
    foot: net,
    className: 'wr',
  });
  const rest =
    view.legs.length > legs.length
      ? html`<p class="plot-note">
        ${group.pair === null ? `The first ${legs.length}` : `Pair ${group.label}: ${legs.length}`} of ${view.legs.length} legs; all are in report.json.</p>`
      : '';
  return html`<div class="panel"><div class="ph"><h2>Funding by leg</h2></div><p class="sub">
    ${isSettled ? 'Settled amounts only; nothing accrued at the end.' : 'Settled amounts, and what had accrued at the end.'}</p>
    <div class="scroll" tabindex="0" role="region" aria-label="Funding by leg">${table}</div>${rest}</div>`;
}
