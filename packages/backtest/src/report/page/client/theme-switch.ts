import { findAll, root } from './elements.ts';

const STORAGE_KEY = 'arb-theme';

/**
 * The buttons that choose light, dark or the system's theme; the choice is kept where storage is allowed.
 * @param onChange called with every theme, the first included
 */
export function startThemeSwitch(onChange: () => void): void {
  let saved = 'auto';
  try { saved = localStorage.getItem(STORAGE_KEY) ?? 'auto'; } catch { /* storage refused */ }
  const buttons = findAll<HTMLButtonElement>('.theme button');
  const choose = (theme: string, isKept: boolean): void => {
    setTheme(theme, isKept);
    onChange();
  };
  buttons.forEach((button, index) => {
    button.onclick = () => { choose(button.dataset['t']!, true); };
    button.onkeydown = (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step === undefined) return;
      const next = buttons[(index + step + buttons.length) % buttons.length]!;
      next.focus();
      next.click();
    };
  });
  choose(saved, false);
}

function setTheme(theme: string, isKept: boolean): void {
  if (theme === 'auto') root.removeAttribute('data-theme');
  else root.dataset['theme'] = theme;
  for (const button of findAll<HTMLButtonElement>('.theme button')) {
    const isOn = button.dataset['t'] === theme;
    button.setAttribute('aria-checked', String(isOn));
    button.tabIndex = isOn ? 0 : -1;
  }
  if (!isKept) return;
  try { localStorage.setItem(STORAGE_KEY, theme); } catch { /* storage refused: the choice lasts as long as the page */ }
}
