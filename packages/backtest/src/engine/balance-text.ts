/** A starting balance as it is written in a config. */
export const BALANCE_TEXT: RegExp = /^\d+(\.\d+)? [A-Z0-9]+$/;
export const BALANCE_HELP = "write amount and currency: '50000 USDT'";

/** What is wrong with a balance that is not of the form, and what to write instead. */
export function balanceProblem(text: string): string {
  const [, positive] = /^-\s*(\d+(?:\.\d+)? [A-Z0-9]+)$/.exec(text.trim()) ?? [];
  return positive === undefined ? BALANCE_HELP : `a balance must be positive: '${positive}'`;
}
