import { formatDate, MISSING } from '../../report/page/format.ts';
import { html, type SafeHtml } from '../../report/page/html.ts';
import { panel, plainTable, toneOf } from '../../report/page/parts.ts';
import { OBJECTIVES } from '../objective.ts';
import type { SweepResult } from '../sweep-result.ts';
import { figureText, pointText } from '../sweep-text.ts';
import { signedBar } from './signed-bar.ts';

/** What each window chose in training, and what came of it. Empty where there are no windows. */
export function windowsSection({ windows, runs, by }: SweepResult): SafeHtml | '' {
  if (windows === null) return '';
  const tested = new Map(runs.map((run) => [run.run, run]));
  const nets = windows.map((_, i) => Number(tested.get(i + 1)?.netPnlUsd ?? 0));
  const most = Math.max(...nets.map(Math.abs), 0);
  const day = (time: number): string => formatDate(time / 1e6);
  const rows = windows.map((window, i) => {
    const run = tested.get(i + 1);
    const net = run?.netPnlUsd ?? null;
    return [
      `${day(window.trainFrom)} → ${day(window.trainTo)}`, `${day(window.testFrom)} → ${day(window.testTo)}`, window.chosen === null ? MISSING : pointText(window.chosen),
      figureText(by, window.trainValue), ...(by === 'netPnlUsd' ? [] : [figureText(by, run?.[by] ?? null)]), html`<span class="${toneOf(nets[i]!)}">${figureText('netPnlUsd', net)}</span>`, signedBar(nets[i]!, most),
    ];
  });
  const label = `${OBJECTIVES[by].label} ${OBJECTIVES[by].unit}`.trim();
  const table = plainTable({ head: ['Trained on', 'Tested on', 'Chosen', `${label}, training`, ...(by === 'netPnlUsd' ? [] : [`${label}, test`]), 'Net result USD, test', ''], rows, className: 'windows' });
  const subtitle = 'Parameters are chosen on the training part alone; what they earn on the part behind it is what the choice was worth.';
  return html`<section id="windows"><div class="row one">${panel({ title: 'Window by window', subtitle }, html`<div class="scroll" tabindex="0" role="region" aria-label="Windows">${table}</div>`)}</div></section>`;
}
