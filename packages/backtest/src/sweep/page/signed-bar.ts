import { html, type SafeHtml } from '../../report/page/html.ts';

/** A bar from a middle line: to the right what was earned, to the left, hatched, what was lost. */
export function signedBar(value: number, most: number): SafeHtml {
  const width = most === 0 ? 0 : Math.abs(value) / most * 50;
  const left = value < 0 ? 50 - width : 50;
  return html`<div class="sw-bar" aria-hidden="true"><u></u>${value === 0 ? '' : html`<i class="${value < 0 ? 'm' : 'p'}" style="left:${left.toFixed(2)}%;width:${width.toFixed(2)}%"></i>`}</div>`;
}
