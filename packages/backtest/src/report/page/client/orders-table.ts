import type { Cell, Table } from '../../run-report.ts';
import { areYearsApart, escapeHtml, formatNumber, formatSigned, formatStamp, MISSING } from '../format.ts';
import type { PageLeg } from '../page-data.ts';
import { find, findAll, FROM, run, series, TO } from './dom.ts';

const FIRST_ROWS = 25;
const PRINTED_ROWS = 60;

interface Column {
  readonly key: string;
  readonly label: string;
  /** `r` to the right, `x` only where there is room. */
  readonly className: string;
  readonly isNumber?: boolean;
  /** Text of an exact sum. */
  readonly sum?: (total: number) => string;
  readonly cell: CellText;
}

interface View {
  readonly table: Table;
  /** Rows of the whole run, of which the page may hold only the first. */
  readonly total: number;
  readonly file: string;
  readonly columns: readonly Column[];
  /** Column that the second select filters. */
  readonly kind: string;
  readonly kinds: string;
}

const legs: readonly PageLeg[] = series.groups.flatMap((group) => group.legs);
const legOf = (index: Cell): PageLeg | undefined => legs.find((leg) => leg.index === index);
const only = (values: readonly string[]): string => (new Set(values).size === 1 ? `, ${values[0]!}` : '');
const unit = only(legs.map((leg) => leg.quantityUnit));
const quote = only(legs.map((leg) => (leg.quote.startsWith('USD') ? 'USD' : leg.quote)));

const plain = (value: Cell): string => (value === null || value === '' ? `<span class="mut">${MISSING}</span>` : escapeHtml(String(value)));
const mono = (value: Cell): string => `<span class="mono">${plain(value)}</span>`;
const hasYear = areYearsApart(FROM, TO);
const stampOf = (value: Cell): string => formatStamp(Number(value) / 1e6, hasYear);
const stamp = (value: Cell): string => `<span class="num">${stampOf(value)}</span>`;
const bps = (value: Cell): string => (value === null ? plain(null) : formatSigned(Number(value), 2));
const legCell = (value: Cell): string => {
  const leg = legOf(value);
  return leg === undefined ? plain(run.legs[Number(value)]?.instrumentId ?? null) : `<i class="key k-${leg.colour}"></i>${escapeHtml(leg.label)}`;
};
const status = (value: Cell): string =>
  value === 'REJECTED' || value === 'EXPIRED' || value === 'DENIED'
    ? `<b>${plain(String(value).toLowerCase())}</b>`
    : plain(String(value).toLowerCase().replace('_', ' '));

const PLACES = 18;

/** Decimal strings added exactly; only the sum is rounded, to what a number holds. */
function sumOf(amounts: readonly Cell[]): number {
  let sum = 0n;
  for (const amount of amounts) {
    const [whole = '', fraction = ''] = String(amount ?? 0).split('.');
    sum += BigInt(whole + fraction.slice(0, PLACES).padEnd(PLACES, '0'));
  }
  return Number(sum) / 10 ** PLACES;
}

type CellText = (value: Cell, row: readonly Cell[]) => string;

/** A quantity or price with the decimals of its leg. */
function scaled(table: Table, kind: 'quantityDecimals' | 'priceDecimals'): CellText {
  const leg = table.columns.indexOf('leg');
  return (value, row) => (value === null ? plain(null) : formatNumber(Number(value), run.legs[Number(row[leg])]?.[kind] ?? 4));
}

function fillsView(): View {
  const table: Table = run.tables.fills;
  const hasTrips = run.trips.length > 0;
  return {
    table,
    total: run.fills,
    file: 'fills.csv',
    kind: 'liquidity',
    kinds: 'Maker and taker',
    columns: [
      { key: 'ts', label: 'Time, UTC', className: '', isNumber: true, cell: stamp },
      ...(hasTrips
        ? [
            { key: 'trip', label: 'Trip', className: 'r x', isNumber: true, cell: plain },
            { key: 'action', label: 'Action', className: 'x', cell: plain },
          ]
        : []),
      { key: 'leg', label: 'Leg', className: '', cell: legCell },
      { key: 'side', label: 'Side', className: 'x', cell: plain },
      { key: 'quantity', label: `Qty${unit}`, className: 'r', isNumber: true, cell: scaled(table, 'quantityDecimals') },
      { key: 'price', label: `Price${quote}`, className: 'r x', isNumber: true, cell: scaled(table, 'priceDecimals') },
      {
        key: 'notionalUsd',
        label: 'Notional, USD',
        className: 'r x',
        isNumber: true,
        cell: (value) => formatNumber(Number(value), 2),
        sum: (total) => formatNumber(total, 2),
      },
      { key: 'liquidity', label: 'Role', className: 'x', cell: plain },
      {
        key: 'feeUsd',
        label: 'Fee, USD',
        className: 'r',
        isNumber: true,
        cell: (value) => formatSigned(Number(value), 2),
        sum: (total) => formatSigned(total, 2),
      },
      { key: 'slippageBps', label: 'Slippage, bps', className: 'r x', isNumber: true, cell: bps },
      { key: 'markout60sBps', label: 'Markout 60 s, bps', className: 'r x', isNumber: true, cell: bps },
      { key: 'orderId', label: 'Order', className: 'x', cell: mono },
    ],
  };
}

function ordersView(): View {
  const table: Table = run.tables.orders;
  return {
    table,
    total: run.orders,
    file: 'orders.csv',
    kind: 'status',
    kinds: 'All statuses',
    columns: [
      { key: 'orderId', label: 'Order', className: 'x', cell: mono },
      { key: 'ts', label: 'Time, UTC', className: '', isNumber: true, cell: stamp },
      { key: 'leg', label: 'Leg', className: '', cell: legCell },
      { key: 'side', label: 'Side', className: 'x', cell: plain },
      { key: 'type', label: 'Type', className: 'x', cell: (value) => plain(String(value).toLowerCase().replace(/_/g, ' ')) },
      { key: 'timeInForce', label: 'Time in force', className: 'x', cell: plain },
      { key: 'quantity', label: `Quantity${unit}`, className: 'r', isNumber: true, cell: scaled(table, 'quantityDecimals') },
      { key: 'filledQuantity', label: `Filled${unit}`, className: 'r x', isNumber: true, cell: scaled(table, 'quantityDecimals') },
      { key: 'averagePrice', label: `Average price${quote}`, className: 'r x', isNumber: true, cell: scaled(table, 'priceDecimals') },
      { key: 'status', label: 'Status', className: '', cell: status },
      { key: 'reason', label: 'Reason', className: 'x', cell: plain },
    ],
  };
}

/** The table of fills and orders: sort, filter, sums of what is shown; the first 25 rows, then all. */
export function startOrdersTable(): void {
  const host = document.querySelector<HTMLElement>('#tbl');
  if (host !== null) new OrdersTable(host).start();
}

class OrdersTable {
  readonly #host: HTMLElement;
  readonly #views: Readonly<Record<'fills' | 'orders', View>> = { fills: fillsView(), orders: ordersView() };
  readonly #filter = { text: '', leg: '', kind: '' };
  #name: 'fills' | 'orders' = 'fills';
  #limit = FIRST_ROWS;
  #sort: { key: string; direction: 1 | -1 } = { key: 'ts', direction: 1 };

  constructor(host: HTMLElement) {
    this.#host = host;
  }

  start(): void {
    for (const button of findAll<HTMLButtonElement>('[data-view]')) button.onclick = () => this.#show(button.dataset['view'] as 'fills' | 'orders');
    find<HTMLSelectElement>('#f-leg').innerHTML =
      `<option value="">All legs</option>${legs.map((leg) => `<option value="${leg.index}">${escapeHtml(leg.label)}</option>`).join('')}`;
    find<HTMLInputElement>('#f-q').oninput = (event) => {
      this.#filter.text = (event.target as HTMLInputElement).value.trim().toLowerCase();
      this.#draw();
    };
    find<HTMLSelectElement>('#f-leg').onchange = (event) => {
      this.#filter.leg = (event.target as HTMLSelectElement).value;
      this.#draw();
    };
    find<HTMLSelectElement>('#f-role').onchange = (event) => {
      this.#filter.kind = (event.target as HTMLSelectElement).value;
      this.#draw();
    };
    find<HTMLButtonElement>('#more').onclick = () => {
      this.#limit = Infinity;
      this.#draw();
    };
    const columns = find<HTMLButtonElement>('#cols');
    columns.onclick = () => {
      const isAll = this.#host.classList.toggle('all');
      columns.textContent = isAll ? 'Fewer columns' : 'All columns';
      columns.setAttribute('aria-pressed', String(isAll));
    };
    addEventListener('beforeprint', () => {
      const limit = this.#limit;
      this.#limit = Math.min(limit, PRINTED_ROWS);
      this.#draw();
      this.#limit = limit;
    });
    addEventListener('afterprint', () => {
      this.#draw();
    });
    this.#show(run.fills > 0 ? 'fills' : 'orders');
  }

  #show(name: 'fills' | 'orders'): void {
    this.#name = name;
    this.#limit = FIRST_ROWS;
    this.#sort = { key: 'ts', direction: 1 };
    this.#filter.kind = '';
    for (const button of findAll('[data-view]')) button.setAttribute('aria-pressed', String(button.dataset['view'] === name));
    const { table, kind, kinds } = this.#views[name];
    const at = table.columns.indexOf(kind);
    const values = [...new Set(table.rows.map((row) => String(row[at])))].sort();
    find('#f-role').innerHTML =
      `<option value="">${kinds}</option>${values.map((value) => `<option value="${escapeHtml(value)}">${escapeHtml(value.toLowerCase().replace('_', ' '))}</option>`).join('')}`;
    this.#draw();
  }

  #rows(): (readonly Cell[])[] {
    const { table, columns, kind } = this.#views[this.#name];
    const at = (key: string): number => table.columns.indexOf(key);
    const { text, leg: wantedLeg, kind: wanted } = this.#filter;
    const words = (row: readonly Cell[]): string =>
      columns
        .map(({ key, isNumber, cell }) => {
          const value = row[at(key)] ?? null;
          return key === 'ts'
            ? stampOf(value)
            : key === 'leg'
              ? `${run.legs[Number(value)]?.instrumentId ?? ''} ${legOf(value)?.label ?? ''}`
              : isNumber
                ? cell(value, row)
                : String(value);
        })
        .join(' ')
        .toLowerCase();
    const rows = table.rows.filter(
      (row) =>
        (wantedLeg === '' || String(row[at('leg')]) === wantedLeg) && (wanted === '' || row[at(kind)] === wanted) && (text === '' || words(row).includes(text)),
    );
    const { key, direction } = this.#sort;
    const isNumber = columns.find((column) => column.key === key)?.isNumber === true;
    const compare = (a: Cell | undefined, b: Cell | undefined): number =>
      isNumber ? Number(a ?? -Infinity) - Number(b ?? -Infinity) : String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
    return [...rows].sort((a, b) => (compare(a[at(key)], b[at(key)]) || Number(a[at('ts')]) - Number(b[at('ts')])) * direction);
  }

  #draw(): void {
    const { table, columns, total, file } = this.#views[this.#name];
    const at = (key: string): number => table.columns.indexOf(key);
    const rows = this.#rows();
    const shown = rows.slice(0, this.#limit);
    const head = columns
      .map(
        ({ key, label, className }) =>
          `<th scope="col" class="${className}" aria-sort="${key === this.#sort.key ? (this.#sort.direction > 0 ? 'ascending' : 'descending') : 'none'}"><button type="button" data-k="${key}">${escapeHtml(label)}</button></th>`,
      )
      .join('');
    const body =
      shown
        .map((row) => `<tr>${columns.map(({ key, className, cell }) => `<td class="${className}">${cell(row[at(key)] ?? null, row)}</td>`).join('')}</tr>`)
        .join('') || `<tr><td colspan="${columns.length}" class="mut">No ${this.#name} match this filter.</td></tr>`;
    const sums = columns
      .map(
        ({ key, className, sum }, index) =>
          `<td class="${className}">${sum === undefined ? (index === 0 ? `Sum of ${rows.length}` : '') : sum(sumOf(rows.map((row) => row[at(key)] ?? null)))}</td>`,
      )
      .join('');
    const foot = rows.length > 0 && columns.some((column) => column.sum !== undefined) ? `<tfoot><tr>${sums}</tr></tfoot>` : '';
    this.#host.innerHTML = `<table><caption class="sr">${this.#name === 'fills' ? 'Fills' : 'Orders'}, sortable</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody>${foot}</table>`;
    const held = table.rows.length;
    const note =
      held < total
        ? `; this page holds the first ${formatNumber(held, 0)} of ${formatNumber(total, 0)}, all are in ${file}`
        : rows.length < held
          ? `, ${held} in all`
          : '';
    find('#count').textContent = `${shown.length} of ${rows.length} shown${note}`;
    const more = find<HTMLButtonElement>('#more');
    more.hidden = rows.length <= this.#limit;
    more.textContent = `Show all ${rows.length}`;
    for (const button of findAll<HTMLButtonElement>('button[data-k]', this.#host)) button.onclick = () => this.#sortBy(button.dataset['k']!);
  }

  #sortBy(key: string): void {
    const isNumber = this.#views[this.#name].columns.find((column) => column.key === key)?.isNumber === true;
    this.#sort = { key, direction: this.#sort.key === key ? (this.#sort.direction === 1 ? -1 : 1) : isNumber ? -1 : 1 };
    this.#draw();
    find<HTMLButtonElement>(`button[data-k="${key}"]`, this.#host).focus();
  }
}
