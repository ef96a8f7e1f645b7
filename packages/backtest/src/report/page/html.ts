import { escapeHtml } from './format.ts';

/** Markup that is safe to insert; only {@link html} and {@link trusted} make it. */
export class SafeHtml {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }

  toString(): string {
    return this.markup;
  }
}

/** What may stand in a template: text is escaped, markup is not, `false` and `null` are nothing. */
export type HtmlValue = SafeHtml | string | number | false | null | undefined | readonly HtmlValue[];

function render(value: HtmlValue): string {
  if (value === false || value === null || value === undefined) return '';
  if (value instanceof SafeHtml) return value.markup;
  if (typeof value === 'string') return escapeHtml(value);
  if (typeof value === 'number') return String(value);
  return value.map(render).join('');
}

/**
 * Template for markup: every interpolated string is escaped, so no name, reason or id of a run can become markup.
 *
 * Line breaks of the template, with the indentation after them, are for the reader of the source and left out.
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): SafeHtml {
  return new SafeHtml(strings.reduce((out, part, index) => out + part.replace(/\n\s*/g, '') + render(values[index]), ''));
}

/** Marks a constant of this package as markup. Never for anything that comes from a run. */
export function trusted(markup: string): SafeHtml {
  return new SafeHtml(markup);
}
