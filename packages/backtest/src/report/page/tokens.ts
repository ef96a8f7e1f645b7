/** Colour tokens by name; the page knows them as `--name`. */
export type Tokens = Readonly<Record<string, string>>;

/** Colours on a light ground. */
export const LIGHT: Tokens = {
  bg: '#ffffff',
  surface: '#f7f8fa',
  'surface-2': '#eceef2',
  pop: '#ffffff',
  line: '#e6e8ed',
  'line-strong': '#cbd0d9',
  grid: '#eef0f4',
  ink: '#11141a',
  'ink-2': '#434a56',
  'ink-3': '#646c7a',
  long: '#1e5fd0',
  short: '#a65a00',
  gain: '#00758a',
  loss: '#c4301c',
  'loss-2': '#e79a8d',
  'gain-fill': 'rgba(0,117,138,.20)',
  'gain-fill-0': 'rgba(0,117,138,.03)',
  'loss-fill': 'rgba(196,48,28,.20)',
  'loss-fill-0': 'rgba(196,48,28,.05)',
  'long-fill': 'rgba(30,95,208,.13)',
  'short-fill': 'rgba(166,90,0,.14)',
  'in-market': 'rgba(17,20,26,.038)',
  band: 'rgba(17,20,26,.09)',
  hatch: 'rgba(196,48,28,.13)',
  select: 'rgba(30,95,208,.12)',
  cross: '#8b93a1',
  focus: '#1e5fd0',
  shadow: 'rgba(17,20,26,.10)',
  warn: '#805300',
  'warn-bg': '#fdf4e0',
  'loss-bg': '#fdeeeb',
};

/** Colours on a dark ground. */
export const DARK: Tokens = {
  bg: '#0d0f13',
  surface: '#14171d',
  'surface-2': '#232831',
  pop: '#181c23',
  line: '#22262e',
  'line-strong': '#3a404b',
  grid: '#1b1f26',
  ink: '#f0f2f5',
  'ink-2': '#b8bfca',
  'ink-3': '#8e96a4',
  long: '#6ea8ff',
  short: '#eeb04f',
  gain: '#3fc6dd',
  loss: '#ff7a5c',
  'loss-2': '#96402e',
  'gain-fill': 'rgba(63,198,221,.22)',
  'gain-fill-0': 'rgba(63,198,221,.03)',
  'loss-fill': 'rgba(255,122,92,.24)',
  'loss-fill-0': 'rgba(255,122,92,.06)',
  'long-fill': 'rgba(110,168,255,.17)',
  'short-fill': 'rgba(238,176,79,.17)',
  'in-market': 'rgba(240,242,245,.045)',
  band: 'rgba(240,242,245,.12)',
  hatch: 'rgba(255,122,92,.16)',
  select: 'rgba(110,168,255,.18)',
  cross: '#6d7583',
  focus: '#6ea8ff',
  shadow: 'rgba(0,0,0,.5)',
  warn: '#f0c064',
  'warn-bg': '#241d0e',
  'loss-bg': '#2c1712',
};

const declare = (tokens: Tokens): string =>
  Object.entries(tokens)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';');

/** Rules for both themes: the system's by default, the reader's choice over it, always light on paper. */
export function tokenRules(): { readonly screen: string; readonly print: string } {
  return {
    screen:
      `:root{color-scheme:light dark;${declare(LIGHT)}}` +
      `@media (prefers-color-scheme:dark){:root:not([data-theme=light]):not(.printing){${declare(DARK)}}}` +
      `:root[data-theme=dark]:not(.printing){color-scheme:dark;${declare(DARK)}}:root[data-theme=light],:root.printing{color-scheme:light}`,
    print: `@media print{:root,:root[data-theme=dark]{color-scheme:light;${declare(LIGHT)}}}`,
  };
}

/** Text on its ground, with the WCAG contrast ratio. */
export interface ContrastPair {
  readonly theme: 'light' | 'dark';
  readonly text: string;
  readonly ground: string;
  readonly ratio: number;
}

const GROUNDS: readonly (readonly [ground: string, texts: readonly string[]])[] = [
  ['bg', ['ink', 'ink-2', 'ink-3', 'long', 'short', 'gain', 'loss', 'warn']],
  ['surface', ['ink', 'ink-2', 'ink-3', 'loss']],
  ['surface-2', ['ink']],
  ['pop', ['ink', 'ink-2', 'ink-3']],
  ['warn-bg', ['warn', 'ink-2']],
  ['loss-bg', ['loss', 'ink-2']],
  ['ink', ['bg']],
];

/** Contrast of every pair of text and ground the page uses. */
export function contrastPairs(): ContrastPair[] {
  return (
    [
      ['light', LIGHT],
      ['dark', DARK],
    ] as const
  ).flatMap(([theme, tokens]) =>
    GROUNDS.flatMap(([ground, texts]) => texts.map((text) => ({ theme, text, ground, ratio: contrastRatio(tokens[text]!, tokens[ground]!) }))),
  );
}

/** WCAG 2 contrast ratio of two `#rrggbb` colours, 1 to 21. */
export function contrastRatio(first: string, second: string): number {
  const [high, low] = [luminance(first), luminance(second)].sort((a, b) => b - a) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5]
    .map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4))) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
