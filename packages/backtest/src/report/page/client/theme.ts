import { repaintCharts } from './board.ts';
import { findAll, forgetTokens, root } from './dom.ts';

const STORAGE_KEY = 'arb-theme';

/** Paints everything again with the colours in force. */
export function repaint(): void {
  forgetTokens();
  repaintCharts();
}

function setTheme(theme: string, isKept: boolean): void {
  if (theme === 'auto') root.removeAttribute('data-theme');
  else root.dataset['theme'] = theme;
  for (const button of findAll<HTMLButtonElement>('.theme button')) {
    const isOn = button.dataset['t'] === theme;
    button.setAttribute('aria-checked', String(isOn));
    button.tabIndex = isOn ? 0 : -1;
  }
  if (isKept)
    try {
      localStorage.setItem(STORAGE_KEY, theme);
    } catch {
      /* storage refused: the choice lasts as long as the page */
    }
  repaint();
}

/** The system's theme, unless the reader chose one; the choice is kept where storage is allowed. */
export function startTheme(): void {
  let saved = 'auto';
  try {
    saved = localStorage.getItem(STORAGE_KEY) ?? 'auto';
  } catch {
    /* storage refused */
  }
  const buttons = findAll<HTMLButtonElement>('.theme button');
  buttons.forEach((button, index) => {
    button.onclick = () => setTheme(button.dataset['t']!, true);
    button.onkeydown = (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step === undefined) return;
      const next = buttons[(index + step + buttons.length) % buttons.length]!;
      next.focus();
      next.click();
    };
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', repaint);
  setTheme(saved, false);
}
