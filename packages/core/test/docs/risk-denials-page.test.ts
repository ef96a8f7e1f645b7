import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { RISK_DENIALS } from '../../src/kernel/risk/denial.ts';

const PAGE = fileURLToPath(new URL('../../../../docs/concepts/risk-denials.md', import.meta.url));

/** The page as it must be; made from the table that the risk engine itself uses. */
function page(): string {
  const rows = Object.entries(RISK_DENIALS).map(([code, { meaning, wayOut }]) => `| \`${code}\` | ${meaning} | ${wayOut} |`);
  return `# Risk denials

An order that the risk engine refuses never leaves: its status is DENIED and \`order.denial\` holds one of these codes with the limit and what was found.

| code | meaning | way out |
|---|---|---|
${rows.join('\n')}
`;
}

it('docs/concepts/risk-denials.md is the table of the code (run with UPDATE_DOCS=1 to write it)', () => {
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(PAGE, page());
  expect(readFileSync(PAGE, 'utf8')).toBe(page());
});
