/** First element of a selector that must exist. */
export function find<E extends Element = HTMLElement>(selector: string, within: ParentNode = document): E {
  return within.querySelector<E>(selector)!;
}

/** All elements of a selector. */
export function findAll<E extends Element = HTMLElement>(selector: string, within: ParentNode = document): E[] {
  return [...within.querySelectorAll<E>(selector)];
}

/** The html element; carries the theme. */
export const root: HTMLElement = document.documentElement;
