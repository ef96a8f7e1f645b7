import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { NODE, ROOT, run } from './shell.mjs';

/** `12 passed, 0 failed, 1 skipped` */
export function countLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** The sum of two counts. */
export function addCounts(a, b) {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/**
 * Runs vitest and counts its tests. A file that does not load and a run that dies count as failures: no silence passes.
 * @param filters paths or flags for vitest
 * @param node the Node binary to run on
 */
export async function runVitest(filters = [], { node = NODE, env = {} } = {}) {
  const file = join(ROOT, `node_modules/.arb/vitest-${process.pid}.json`);
  mkdirSync(join(ROOT, 'node_modules/.arb'), { recursive: true });
  rmSync(file, { force: true });
  const { code } = await run(node, [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=dot', '--reporter=json', `--outputFile.json=${file}`, ...filters], { env });
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 };
  const report = JSON.parse(readFileSync(file, 'utf8'));
  rmSync(file, { force: true });
  for (const { name, assertionResults } of report.testResults) {
    for (const { status, fullName, meta } of assertionResults) {
      if (status !== 'passed' && status !== 'failed') process.stdout.write(`skipped: ${name.slice(ROOT.length + 1)} › ${fullName}${meta?.skipReason ? ` (${meta.skipReason})` : ''}\n`);
    }
  }
  const brokenFiles = report.testResults.filter(({ status, assertionResults }) => status === 'failed' && !assertionResults.some((each) => each.status === 'failed')).length;
  const counted = { passed: report.numPassedTests, failed: report.numFailedTests + brokenFiles, skipped: report.numPendingTests + report.numTodoTests };
  return code !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted;
}
