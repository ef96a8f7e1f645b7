import { expect } from 'vitest';

/** What a failing assertion shows of a value beside what was expected of it. */
export function failureReport(received: unknown, expected: unknown): string {
  let report = '';
  expect.extend({
    toBeReported(actual: unknown, wanted: unknown) {
      report = this.utils.printDiffOrStringify(actual, wanted) ?? '';
      return { pass: true, message: () => '' };
    },
  });
  (expect(received) as unknown as { toBeReported(wanted: unknown): void }).toBeReported(expected);
  return report.replaceAll(/\u001b\[\d+m/g, '');
}
