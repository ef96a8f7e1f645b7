/** Script of a sweep's page: theme, sorting, copying. Without it the page shows all there is, in the order of the ranking. */
import { findAll, root } from '../../../report/page/client/elements.ts';
import { startThemeSwitch } from '../../../report/page/client/theme-switch.ts';

/** Numbers by size, other text by letters, what has no value last whichever way. */
function sortBy(table: HTMLTableElement, column: number, sign: number): void {
  const body = table.tBodies[0]!;
  const isNumeric = table.tHead!.rows[0]!.cells[column]!.classList.contains('r');
  const keyed = [...body.rows].map((row, place) => ({ row, place, text: row.cells[column]!.dataset['v'] ?? '' }));
  keyed.sort((a, b) => {
    if (a.text === '' || b.text === '') return a.text === b.text ? a.place - b.place : a.text === '' ? 1 : -1;
    const order = isNumeric ? Number(a.text) - Number(b.text) : a.text < b.text ? -1 : a.text > b.text ? 1 : 0;
    return sign * order || a.place - b.place;
  });
  body.append(...keyed.map(({ row }) => row));
}

function startSorting(): void {
  for (const table of findAll<HTMLTableElement>('table.sortable')) {
    const heads = findAll<HTMLTableCellElement>('thead th', table);
    heads.forEach((head, column) => {
      head.querySelector('button')!.onclick = () => {
        const isFirst = head.getAttribute('aria-sort') === 'none';
        const isRising = isFirst ? !head.classList.contains('r') : head.getAttribute('aria-sort') === 'descending';      // of figures the largest first
        for (const other of heads) other.setAttribute('aria-sort', 'none');
        head.setAttribute('aria-sort', isRising ? 'ascending' : 'descending');
        sortBy(table, column, isRising ? 1 : -1);
      };
    });
  }
}

function startCopying(): void {
  for (const button of findAll<HTMLButtonElement>('[data-copy]')) {
    button.onclick = () => {
      navigator.clipboard.writeText(button.dataset['copy']!).then(() => { button.textContent = 'copied'; }, () => { button.textContent = 'not allowed here'; });
      setTimeout(() => { button.textContent = 'copy'; }, 2_000);
    };
  }
}

root.classList.add('js');
startThemeSwitch(() => undefined);
startSorting();
startCopying();
