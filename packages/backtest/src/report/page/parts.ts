import { formatNumber } from './format.ts';
import { html, type HtmlValue, type SafeHtml, trusted } from './html.ts';

/** A row of a definition list. */
export type Definition = readonly [term: HtmlValue, value: HtmlValue];

/** Terms and values; `kv` breaks long values, `dl` keeps them in one line. */
export function definitions(rows: readonly Definition[], className: 'dl' | 'kv' = 'dl'): SafeHtml {
  return html`<dl class="${className}">${rows.map(([term, value]) => html`<dt>${term}</dt><dd>${className === 'kv' && typeof value === 'string' ? breakable(value) : value}</dd>`)}</dl>`;
}

/** The host of a time chart; the script of the page fills it. `label` states the result for those who cannot see it. */
export function chartHost(id: string, label: string): SafeHtml {
  return html`<div class="legend"></div>
    <div class="chart" id="${id}" role="application" aria-roledescription="chart" aria-label="${label} Arrow keys read values, plus and minus zoom, Escape resets.">
    </div>`;
}

/** What stands above the body of a panel. */
export interface PanelHead {
  readonly title: string;
  readonly subtitle: HtmlValue;
}

/** A panel with a heading. */
export function panel({ title, subtitle }: PanelHead, body: HtmlValue): SafeHtml {
  return html`<figure class="panel"><div class="ph"><h2>${title}</h2></div><p class="sub">${subtitle}</p>${body}</figure>`;
}

/** A table; the first column is text, the others are numbers to the right. */
export interface PlainTable {
  readonly head: readonly HtmlValue[];
  readonly rows: readonly (readonly HtmlValue[])[];
  readonly foot?: readonly HtmlValue[];
  readonly className?: string;
}

/** Renders a small table. */
export function plainTable({ head, rows, foot, className = '' }: PlainTable): SafeHtml {
  const cells = (row: readonly HtmlValue[]): SafeHtml[] => row.map((cell, index) => html`<td${index > 0 ? html` class="r"` : ''}>${cell}</td>`);
  return html`<table class="${className}"><thead><tr>${head.map((cell, index) => html`<th scope="col"${index > 0 ? html` class="r"` : ''}>${cell}
    </th>`)}</tr></thead><tbody>${rows.map(
    (row) => html`<tr>${cells(row)}</tr>`,
  )}</tbody>${foot ? html`<tfoot><tr>${cells(foot)}</tr></tfoot>` : ''}</table>`;
}

/** The table beneath a chart: the same figures without the picture. */
export function tableBeneath(label: string, table: PlainTable): SafeHtml {
  return html`<details class="alt"><summary>${label}</summary><div class="scroll" tabindex="0" role="region" aria-label="${label}">
    ${plainTable(table)}</div></details>`;
}

const SHORT_WORD = 22;

/** A value in one line where it is a short word; else as {@link breakable}. */
const wordOf = (text: string): SafeHtml => (text.length <= SHORT_WORD && !text.includes(' ') ? html`<span class="nw">${text}</span>` : breakable(text));

/** A long setting or path that breaks between its parts rather than within a word. */
function breakable(text: string): SafeHtml {
  return html`${text.split(/(?<=[./#,]|\](?!\.))/).map((part, index) => html`${index === 0 ? '' : trusted('<wbr>')}${part}`)}`;
}

/** Settings with their values and sources, three columns. */
export function sourceTable(head: readonly [string, string, string], rows: readonly (readonly [HtmlValue, HtmlValue, HtmlValue])[]): SafeHtml {
  return html`<table class="kvt"><thead class="sr"><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead><tbody>${rows.map(
    (row) => html`<tr>${row.map((cell, column) => html`<td>${typeof cell !== 'string' ? cell : column === 1 ? wordOf(cell) : breakable(cell)}</td>`)}</tr>`,
  )}</tbody></table>`;
}

/** A panel that has nothing to show: what is missing, and what would supply it. */
export function emptyPanel(title: string, missing: string, remedy: string): SafeHtml {
  return html`<figure class="panel"><div class="ph"><h2>${title}</h2></div><div class="empty"><b>${missing}</b>${remedy}</div></figure>`;
}

/** Class of a result: only the sign decides. */
export const toneOf = (value: number): string => (value < 0 ? 'loss' : '');

/** `1 fill`, `2 fills`. */
export const countOf = (count: number, one: string, many: string = `${one}s`): string =>
  `${formatNumber(count, count % 1 === 0 ? 0 : 1)} ${count === 1 ? one : many}`;
