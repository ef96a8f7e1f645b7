import { repaintCharts } from './board.ts';
import { forgetTokens } from './dom.ts';
import { startThemeSwitch } from './theme-switch.ts';

/** Paints everything again with the colours in force. */
export function repaint(): void {
  forgetTokens();
  repaintCharts();
}

/** The system's theme, unless the reader chose one. */
export function startTheme(): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', repaint);
  startThemeSwitch(repaint);
}
