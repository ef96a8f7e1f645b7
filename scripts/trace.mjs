/**
 * `npm run trace`: which requirements a test proves, by the ids in test names.
 * `--stage 1` shows one stage, `--strict` fails where one of the shown is uncovered, `--json` prints data.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './lib/shell.mjs';

const flags = process.argv.slice(2);
const stageWanted = flags.includes('--stage') ? flags[flags.indexOf('--stage') + 1] : undefined;

const requirements = [...readFileSync(join(ROOT, 'docs/requirements.md'), 'utf8').matchAll(/^\| ([ABD]\d\d) \| (\d) \| (.+) \|$/gm)].map(([, id, stage, text]) => ({ id, stage, text }));
const known = new Set(requirements.map(({ id }) => id));
const proofs = new Map(requirements.map(({ id }) => [id, []]));
const unknown = [];

for (const file of testFiles()) {
  for (const { name, isSkipped } of testNames(readFileSync(join(ROOT, file), 'utf8'))) {
    for (const id of idsIn(name)) {
      if (!known.has(id)) unknown.push(`${file}: REQ-${id}`);
      else if (!isSkipped) proofs.get(id).push({ file, name });
    }
  }
}

const shown = requirements.filter(({ stage }) => stageWanted === undefined || stage === stageWanted);
const uncovered = shown.filter(({ id }) => proofs.get(id).length === 0);

if (flags.includes('--json')) {
  process.stdout.write(`${JSON.stringify(shown.map((each) => ({ ...each, tests: proofs.get(each.id) })), null, 2)}\n`);
} else {
  for (const stage of [...new Set(shown.map((each) => each.stage))].sort()) {
    const ofStage = shown.filter((each) => each.stage === stage);
    const open = ofStage.filter(({ id }) => proofs.get(id).length === 0);
    process.stdout.write(`\nStage ${stage}: ${ofStage.length - open.length} of ${ofStage.length} covered\n`);
    for (const { id } of ofStage.filter(({ id }) => proofs.get(id).length > 0)) process.stdout.write(`  covered    ${id}  ${[...new Set(proofs.get(id).map(({ file }) => file))].join(', ')}\n`);
    for (const { id, text } of open) process.stdout.write(`  uncovered  ${id}  ${text}\n`);
  }
  process.stdout.write(`\n${shown.length - uncovered.length} of ${shown.length} requirements covered, ${uncovered.length} uncovered\n`);
}
for (const line of unknown) process.stderr.write(`unknown requirement in ${line}; docs/requirements.md has the ids\n`);
if (unknown.length > 0 || (flags.includes('--strict') && uncovered.length > 0)) process.exitCode = 1;

function testFiles() {
  return ['packages', 'examples', 'test'].flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true }).map((file) => join(folder, file)))
    .filter((file) => /\.test(-d)?\.ts$/.test(file) && !file.includes('node_modules') && !file.includes('/template/')).sort();
}

/** Names of tests and suites; a skipped test proves nothing, a conditional one (`skipIf`) does where it runs. */
function testNames(source) {
  return [...source.matchAll(/\b(?:it|test|describe)((?:\.(?:each|skip|todo|only|fails|concurrent|prop|skipIf|runIf|for)(?:<[^\n]*?>(?=\())?(?:\((?:[^()]|\([^()]*\))*\))?)*)\(\s*(['"`])((?:\\.|(?!\2)[^\\])*)\2/g)]
    .map(([, modifiers, , name]) => ({ name, isSkipped: /\.(skip|todo)(?!If)/.test(modifiers) }));
}

/** `REQ-B08`, `REQ-B22..B24`, `REQ-A07 A08`: one id, a range, or several after one mark. */
function idsIn(name) {
  const ids = [];
  for (const [, list] of name.matchAll(/REQ-((?:[ABD]\d\d)(?:(?:\.\.|–|[ ,/]+(?:REQ-)?)[ABD]\d\d)*)/g)) {
    for (const [, from, to] of list.matchAll(/([ABD]\d\d)(?:(?:\.\.|–)([ABD]\d\d))?/g)) {
      for (let number = Number(from.slice(1)); number <= Number((to ?? from).slice(1)); number += 1) ids.push(`${from[0]}${String(number).padStart(2, '0')}`);
    }
  }
  return ids;
}
