/** ` (my-strategy.ts:12)`, the user's own line at the top of a stack; empty where the stack tells none. */
export function placeOf(stack: string | undefined): string {
  const line = stack?.split('\n').find((text) => /\.[cm]?[jt]s:\d+/.test(text) && !text.includes('node:') && !text.includes('node_modules'));
  const place = line === undefined ? undefined : /([^\\/\s(]+\.[cm]?[jt]s:\d+)/.exec(line)?.[1];
  return place === undefined ? '' : ` (${place})`;
}
