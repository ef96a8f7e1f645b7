import { NNBSP } from './page/format.ts';

/** Terminals and logs get plain spaces and no control characters, whatever a name or reason holds. */
export const plain: (text: string) => string = (text) =>
  [...text.replaceAll(NNBSP, ' ').replaceAll('\u00a0', ' ')].map((char) => (char < ' ' || (char >= '\u007f' && char <= '\u009f') ? ' ' : char)).join('');

/** Lays rows out in columns two spaces apart; columns in `right` are aligned to the right. Trailing spaces are cut. */
export function textTable(rows: readonly (readonly string[])[], right: ReadonlySet<number>): string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  return rows.map((row) =>
    row
      .map((cell, column) => (right.has(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
}
