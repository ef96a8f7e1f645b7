import { formatNumber } from './format.ts';
import { html, type SafeHtml } from './html.ts';
import type { PageView } from './page-view.ts';
import { countOf } from './parts.ts';

const STATUS_WORDS: Readonly<Record<string, string>> = {
  FILLED: 'filled',
  PARTIALLY_FILLED: 'filled in part',
  CANCELED: 'canceled',
  EXPIRED: 'expired',
  REJECTED: 'rejected by the venue',
  DENIED: 'denied by our own risk limits',
  ACCEPTED: 'still open',
};

/** Orders and fills: the script of the page fills the table. Nothing where no order was sent. */
export function ordersFillsSection(view: PageView): SafeHtml | '' {
  const { report } = view;
  if (report.orders === 0) return '';
  const counts = Object.entries(report.ordersByStatus)
    .map(([status, count]) => `${formatNumber(count, 0)} ${STATUS_WORDS[status] ?? status}`)
    .join(', ');
  return html`<section id="fills" aria-label="Orders and fills"><div class="row one"><div class="panel"><div class="ph"><h2>Orders and fills</h2>
    <div class="seg no-print" role="group" aria-label="What the table shows">
    <button type="button" data-view="fills" aria-pressed="true">Fills ${formatNumber(
    report.fills,
    0,
  )}</button><button type="button" data-view="orders" aria-pressed="false">Orders ${formatNumber(report.orders, 0)}</button></div></div>
    <p class="sub">${countOf(report.orders, 'order')}: ${counts}.</p><div class="tools" role="search">
    <input id="f-q" type="search" placeholder="Filter: order, side, 03-06 …" aria-label="Filter rows by text"><select id="f-leg" aria-label="Leg">
    </select><select id="f-role" aria-label="Role or status"></select>
    <button type="button" class="btn cols" id="cols" aria-pressed="false">All columns</button><span class="count" id="count" role="status"></span>
    </div><p class="nojs">The table needs JavaScript; the same rows are in fills.csv and orders.csv beside this file.</p>
    <div class="scroll tbl" id="tbl" tabindex="0" role="region" aria-label="Orders and fills table"></div><p class="no-print more">
    <button type="button" class="btn" id="more"></button></p></div></div></section>`;
}
