import { VERSION } from '@arb/core/internal';
import { counted } from '../../counted.ts';
import { formatDate, formatDuration, formatNumber, NNBSP } from '../../report/page/format.ts';
import { type SectionLink, topBar } from '../../report/page/header.ts';
import { html, type HtmlValue, type SafeHtml, trusted } from '../../report/page/html.ts';
import { PAGE_STYLES } from '../../report/page/page-assets.ts';
import { tokenRules } from '../../report/page/tokens.ts';
import { OBJECTIVES } from '../objective.ts';
import type { SweepCommands } from '../sweep-outputs.ts';
import type { SweepResult, SweepRun } from '../sweep-result.ts';
import { bytesText, cautionText, figureText, kindText, twinsText } from '../sweep-text.ts';
import { parameterSection } from './parameter-section.ts';
import { runsSection } from './runs-section.ts';
import { SWEEP_SCRIPT, SWEEP_STYLES } from './sweep-assets.ts';
import { windowsSection } from './windows-section.ts';

/** Nothing is loaded from anywhere: styles and script are in the page. */
const CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";
/** Before the first paint: a reader's own choice of theme must not flash. */
const EARLY_THEME = "try{var t=localStorage.getItem('arb-theme');if(t&&t!=='auto')document.documentElement.dataset.theme=t}catch(e){}";

/** Renders a sweep as one self-contained page in the style of the tearsheet. Everything that comes from the sweep is escaped. */
export function renderSweepPage(result: SweepResult, commands: SweepCommands): string {
  const sections = [
    ['windows', 'Windows', windowsSection(result)],
    ['parameters', 'Parameters', parameterSection(result)],
    ['runs', result.windows === null ? 'Runs' : 'Tests', runsSection(result)],
  ] as const;
  const shown = sections.filter(([, , body]) => body !== '');
  const styles = tokenRules();
  const best = bestOf(result);
  const title = `Sweep of ${result.strategies.join(', ')}${best === undefined ? '' : ` · best ${figureText(result.by, best[result.by])} ${OBJECTIVES[result.by].unit}`}`;
  return `<!doctype html>\n${
    html`<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
      <meta name="robots" content="noindex"><meta http-equiv="Content-Security-Policy" content="${CONTENT_POLICY}"><title>${title}</title>
      <link rel="icon" href="data:,"><script>${trusted(EARLY_THEME)}</script><style>${trusted(styles.screen + PAGE_STYLES + SWEEP_STYLES + styles.print)}</style>
      </head>
<body>${topBar(shown.map(([id, label]): SectionLink => [id, label]))}<main class="wrap" id="top">${head(result)}${notice(result)}${shown.map(([, , body]) => body)}${again(commands, result.windows !== null)}
<footer><span>Written by arb ${VERSION}. All runs with all figures are in sweep.parquet, sweep.csv and sweep.json beside this page.</span></footer></main>
<script>${trusted(SWEEP_SCRIPT)}</script></body></html>`.markup
  }\n`;
}

function bestOf({ runs, ranking }: SweepResult): SweepRun | undefined { return runs.find(({ run }) => run === ranking[0]); }

function head(result: SweepResult): SafeHtml {
  const { status, dataLabel, done, planned, strategies } = result;
  const data = { synthetic: html`<span class="tag syn">Synthetic data</span>`, mixed: html`<span class="tag syn">Partly synthetic data</span>`, real: html`<span class="tag">Real data</span>` };
  const state = status === 'COMPLETE' ? html`<span class="tag">Finished</span>` : html`<span class="tag bad">Partial: ${done} of ${planned} runs</span>`;
  return html`<div class="head"><div class="head-grid"><div><p class="eyebrow">${dataLabel === null ? '' : data[dataLabel]}${state}<span>Parameter sweep</span></p><h1>${strategies.join(' + ')}</h1>
    <p class="verdict">${result.windows === null ? bestVerdict(result) : walkVerdict(result)}</p><p class="caveat">${cautionText(result) ?? ''}</p></div>${facts(result)}</div></div>`;
}

function bestVerdict(result: SweepResult): HtmlValue {
  const best = bestOf(result);
  const { by, runs } = result;
  const { words, unit } = OBJECTIVES[by];
  if (best === undefined) return html`<b class="loss">No run has the figure ${by}</b>${runs.length === 0 ? '.' : ': see what failed below.'}`;
  return html`Best of ${counted(runs.length, 'run')} by ${words}: <b class="${Number(best[by]) < 0 ? 'loss' : ''}">${figureText(by, best[by])}${unit === '' ? '' : `${NNBSP}${unit}`}</b> with ${points(best)}.${twinsText(result)}`;
}

function points({ params }: SweepRun): SafeHtml[] {
  return Object.entries(params).map(([name, value], i) => html`${i > 0 ? ', ' : ''}<span class="point">${name} <b>${value}</b></span>`);
}

function walkVerdict({ runs, windows, by }: SweepResult): HtmlValue {
  const net = runs.reduce((sum, { failure, netPnlUsd }) => sum + (failure === null ? Number(netPnlUsd) : 0), 0);
  return html`Chosen by ${OBJECTIVES[by].words} on each of ${counted(windows!.length, 'training part')}, judged on the part behind it: <b class="${net < 0 ? 'loss' : ''}">${figureText('netPnlUsd', net)}${NNBSP}USD</b> in all ${counted(runs.length, 'test')}.`;
}

function facts(result: SweepResult): SafeHtml {
  const { runs, parameters, dataset, done, planned, seconds, workers, sharedBytes, seed, failures } = result;
  const times = runs.flatMap(({ from, to }) => (from === null || to === null ? [] : [from, to])).sort((a, b) => a - b);
  const rows: readonly (readonly [string, HtmlValue])[] = [
    ['Kind', kindText(result)],
    ['Period', times.length === 0 ? 'unknown' : `${formatDate(times[0]! / 1e6)} → ${formatDate(times.at(-1)! / 1e6)} UTC`],
    ['Data', dataset],
    ['Parameters', parameters.map(({ name, values }) => `${name} × ${values.length}`).join(', ')],
    ['Runs', `${formatNumber(done, 0)}${done < planned ? ` of ${formatNumber(planned, 0)}` : ''}${failures > 0 ? `, ${failures} failed` : ''}`],
    ['Effort', `${formatDuration(seconds)}, ${counted(workers, 'thread')}${sharedBytes > 0 ? `, ${bytesText(sharedBytes)} shared` : ''}`],
    ['Seed', String(seed)],
  ];
  return html`<dl class="facts">${rows.map(([term, value]) => html`<dt>${term}</dt><dd>${value}</dd>`)}</dl>`;
}

function notice({ notes }: SweepResult): SafeHtml | '' {
  return notes.length === 0 ? '' : html`<p class="notice"><b>${counted(notes.length, 'note')}</b><span>${notes.join('; ')}</span></p>`;
}

function again({ sweep, again: best }: SweepCommands, isWalk: boolean): SafeHtml {
  const line = (label: string, command: string): SafeHtml =>
    html`<dt>${label}</dt><dd><code>${command}</code> <button type="button" class="copy" data-copy="${command}" aria-label="Copy the command">copy</button></dd>`;
  return html`<section class="again"><h2>Again</h2><dl>${best === null ? '' : line(isWalk ? 'The last choice' : 'The best run', best)}${line('This sweep', sweep)}</dl></section>`;
}
