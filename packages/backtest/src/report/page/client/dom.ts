import type { PageRun, PageSeries } from '../page-data.ts';
import { find, root } from './elements.ts';

export { find, findAll, root } from './elements.ts';

/** The run as the page embeds it. */
export const run: PageRun = JSON.parse(find('#arb-run').textContent!) as PageRun;
/** The curves as the page embeds them. */
export const series: PageSeries = JSON.parse(find('#arb-series').textContent!) as PageSeries;

/** Period asked for, Unix seconds. */
export const FROM: number = run.from / 1e6;
/** See {@link FROM}. */
export const TO: number = run.to / 1e6;
/** Where the replay ended, Unix seconds. */
export const END: number = run.replayedTo / 1e6;

let tokens: Record<string, string> = {};

/** A colour token of the theme in force. */
export function token(name: string): string {
  return (tokens[name] ??= getComputedStyle(root).getPropertyValue(`--${name}`).trim());
}

/** Forgets the colours after the theme has changed. */
export function forgetTokens(): void {
  tokens = {};
}

/** Font of the page for canvases. */
export function canvasFont(sizePx: number, weight = ''): string {
  return `${weight} ${sizePx}px ${getComputedStyle(document.body).fontFamily}`.trim();
}

/** True on a phone. */
export const isSmall = (): boolean => innerWidth < 640;

let liveTimer = 0;

/** Says something to screen readers. */
export function say(text: string): void {
  clearTimeout(liveTimer);
  liveTimer = setTimeout(() => {
    find('#live').textContent = text;
  }, 250);
}
