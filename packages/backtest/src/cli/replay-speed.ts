/** `4.8 M rows/s`, below 0.1 M in thousands; undefined where that would be none. */
export function replaySpeed(rowsPerSecond: number): string | undefined {
  if (rowsPerSecond >= 1e5) return `${(rowsPerSecond / 1e6).toFixed(1)} M rows/s`;
  return rowsPerSecond >= 500 ? `${Math.round(rowsPerSecond / 1e3)} k rows/s` : undefined;
}
