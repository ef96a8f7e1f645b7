/**
 * The public surface, door by door: `api/<package>-<door>.api.md` from the declarations, `api/exports.json` from what the built files really export.
 * `packages/backtest/arb.config.schema.json` as `arb config schema` prints it, for editors.
 * Without a flag differences fail; `--update` (`npm run api`) writes them, for review in the diff.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import { build } from './lib/prepare.mjs';
import { doorFile, doorName, PACKAGES } from './lib/packages.mjs';
import { NODE, ROOT, run } from './lib/shell.mjs';

const isUpdate = process.argv.includes('--update');
const folder = join(ROOT, 'api');
mkdirSync(join(ROOT, '.cache/api'), { recursive: true });
mkdirSync(folder, { recursive: true });
await build();

const problems = [];
const exported = {};
for (const { name, folder: packageFolder, doors } of PACKAGES) {
  for (const door of doors) {
    const report = `${name.slice('@arb/'.length)}${door === '.' ? '' : `-${door.slice(2)}`}`;
    const built = join(ROOT, packageFolder, 'dist', `${doorFile(door)}.js`);
    const declarations = built.replace(/\.js$/, '.d.ts');
    if (!existsSync(built) || !existsSync(declarations)) { problems.push(`${doorName(name, door)}: not built; scripts/lib/packages.mjs lists it`); continue; }
    exported[doorName(name, door)] = Object.keys(await import(pathToFileURL(built).href)).sort();
    extract({ name, packageFolder, declarations, report });
  }
}
compareText(join(folder, 'exports.json'), `${JSON.stringify(exported, null, 2)}\n`, 'what the doors export');
const schema = await run(NODE, [join(ROOT, 'packages/core/dist/cli/main.js'), 'config', 'schema'], { quiet: true });
if (schema.code === 0) compareText(join(ROOT, 'packages/backtest/arb.config.schema.json'), schema.output, 'the schema that configs are checked by');
else problems.push(`arb config schema failed: ${schema.output}`);

for (const problem of problems) process.stderr.write(`✗ ${problem}\n`);
process.stdout.write(`${problems.length === 0 ? '✓' : '✗'} public surface: ${Object.keys(exported).length} doors, ${Object.values(exported).flat().length} exported values\n`);
if (problems.length > 0 && !isUpdate) process.stderr.write('  if the change is meant: npm run api, then read the diff of api/\n');
process.exit(problems.length === 0 ? 0 : 1);

function extract({ name, packageFolder, declarations, report }) {
  const config = ExtractorConfig.prepare({
    configObjectFullPath: join(ROOT, packageFolder, 'api-extractor.json'),
    packageJsonFullPath: join(ROOT, packageFolder, 'package.json'),
    packageJson: { name, version: '0.0.0' },
    configObject: {
      projectFolder: join(ROOT, packageFolder),
      newlineKind: 'lf',
      mainEntryPointFilePath: declarations,
      compiler: { overrideTsconfig: { compilerOptions: { target: 'es2023', lib: ['es2023'], types: ['node'], module: 'nodenext', moduleResolution: 'nodenext', skipLibCheck: true, strict: true } } },
      apiReport: { enabled: true, reportFileName: `${report}.api.md`, reportFolder: folder, reportTempFolder: join(ROOT, '.cache/api'), includeForgottenExports: false },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
  });
  const result = Extractor.invoke(config, { localBuild: isUpdate, messageCallback: (message) => { message.handled = true; } });
  if (result.apiReportChanged && !isUpdate) problems.push(`api/${report}.api.md differs from the declarations`);
  if (result.errorCount > 0) problems.push(`${report}: api-extractor met ${result.errorCount} errors`);
}

function compareText(file, text, what) {
  if (isUpdate) writeFileSync(file, text);
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) problems.push(`${file.slice(ROOT.length + 1)} differs from ${what}`);
}
