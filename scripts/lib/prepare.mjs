import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyAssets } from '../copy-assets.mjs';
import { PACKAGES } from './packages.mjs';
import { must, NODE, NPM, ROOT } from './shell.mjs';

const STAMPS = join(ROOT, 'node_modules/.arb');

/** `npm ci` unless node_modules was made from this very lockfile. */
export async function install() {
  const stamp = join(STAMPS, 'lockfile');
  const lock = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
  const wanted = sha256([lock]);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  if (!holdsLockfile(lock)) {
    process.stdout.write('installing the locked dependencies (npm ci)\n');
    await must('installing', NPM, ['ci', '--no-audit', '--no-fund']);
  }
  mkdirSync(STAMPS, { recursive: true });
  writeFileSync(stamp, wanted);
}

/** Whether an `npm ci` or `npm install` done by hand already left exactly the locked versions. */
function holdsLockfile(lock) {
  const hidden = join(ROOT, 'node_modules/.package-lock.json');
  if (!existsSync(hidden)) return false;
  const installed = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  return Object.entries(JSON.parse(lock).packages).every(([path, { version, optional, link }]) =>
    !path.startsWith('node_modules/') || link === true || optional === true || installed[path]?.version === version);
}

/** Builds what changed: JavaScript by tsup, declarations by `tsc -b` (left out with `types: false`: nothing that runs needs them). */
export async function build({ types = true } = {}) {
  const jobs = PACKAGES.map(({ folder }) => bundlePackage(folder));
  if (types) jobs.push(must('type check', NODE, [nativeTsc(), '-b']));
  await copyAssets();
  await Promise.all(jobs);
  linkBin();
}

/** The TypeScript 7 compiler; the package `typescript` here is 6 because tools need its JavaScript API. */
export function nativeTsc() {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'node_modules/@typescript/native/package.json'), 'utf8'));
  return join(ROOT, 'node_modules/@typescript/native', typeof manifest.bin === 'string' ? manifest.bin : manifest.bin.tsc);
}

async function bundlePackage(folder) {
  const inputs = ['package-lock.json', 'tsup.shared.ts', join(folder, 'tsup.config.ts'), ...filesUnder(join(folder, 'src'))];
  const wanted = sha256(inputs.flatMap((file) => [file, readFileSync(join(ROOT, file))]));
  const stamp = join(ROOT, folder, 'dist/.bundled');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  const dist = join(ROOT, folder, 'dist');
  if (existsSync(dist)) for (const file of readdirSync(dist)) if (/\.js(\.map)?$/.test(file)) rmSync(join(dist, file));
  await must(`bundling ${folder}`, NODE, [join(ROOT, 'node_modules/tsup/dist/cli-default.js')], { cwd: join(ROOT, folder), quiet: true });
  writeFileSync(stamp, wanted);
}

/** npm links the command at install, before the first build has made its file: link it here, so that `npx arb` works in the clone. */
function linkBin() {
  const target = join(ROOT, 'packages/core/dist/cli/main.js');
  if (!existsSync(target)) return;
  chmodSync(target, 0o755);
  const link = join(ROOT, 'node_modules/.bin/arb');
  if (!existsSync(link) && process.platform !== 'win32') symlinkSync('../@arb/core/dist/cli/main.js', link);
}

function filesUnder(folder) {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1))
    .sort();
}

function sha256(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}
