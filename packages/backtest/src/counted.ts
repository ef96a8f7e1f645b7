/** `1234567` as `1,234,567`. */
export function formatCount(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A number with what it counts: `1 row`, `1,234 rows`; `many` where it is not `one` with an s: `counted(n, 'hole is noted', 'holes are noted')`. */
export function counted(count: number, one: string, many: string = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
