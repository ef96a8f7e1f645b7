/** Writes what npm would publish to `dist-packages/`: until the packages are published, this is what a project of your own installs. */
import { join } from 'node:path';
import { emptyFolder, PACKED, packArguments, tarballOf } from './lib/pack.mjs';
import { PACKAGES } from './lib/packages.mjs';
import { build, install } from './lib/prepare.mjs';
import { must, NPM, ROOT } from './lib/shell.mjs';

await install();
await build();
emptyFolder(PACKED);
for (const { name, folder } of PACKAGES) await must(`packing ${name}`, NPM, packArguments(PACKED), { cwd: join(ROOT, folder), quiet: true });
const tarballs = PACKAGES.map(({ name }) => tarballOf(name, PACKED));
process.stdout.write(`${tarballs.join('\n')}\n\nA new project: npx arb init ../my-arb\nOne that is there already, in its folder: npm install ${tarballs.map((file) => (/[^\w./-]/.test(file) ? `'${file}'` : file)).join(' ')}\n`);
