// Loads a TypeScript module of the packages as it stands in the working tree: no build needed, and no stale one measured.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Modules look for their package, and one dependency for its compiled part, from where they stand: in one file too, each keeps its own address. */
const OWN_ADDRESS = {
  name: 'own-address',
  setup: ({ onLoad, onResolve }) => {
    onResolve({ filter: /^@bokuweb\/zstd-wasm$/ }, ({ path, importer }) => ({ path: pathToFileURL(createRequire(importer).resolve(path)).href, external: true }));
    onLoad({ filter: /packages\/\w+\/src\/.*\.ts$/ }, ({ path }) => {
      const contents = readFileSync(path, 'utf8');
      return contents.includes('import.meta.url') ? { contents: contents.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)), loader: 'ts' } : undefined;
    });
  },
};

/** Writes `entry`, relative to this folder, with all it imports as one plain module to `outfile`: what worker threads load. */
export async function bundleSource(entry, outfile) {
  await build({
    entryPoints: [join(here, entry)], outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20', conditions: ['arb-source'], logLevel: 'error', plugins: [OWN_ADDRESS],
    banner: { js: `import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(${JSON.stringify(createRequire(import.meta.url).resolve('esbuild'))});` },
  });
}

/** What `entry`, relative to this folder, exports. */
export async function importSource(entry) {
  const folder = mkdtempSync(join(tmpdir(), 'arb-bench-'));
  try {
    const outfile = join(folder, 'bench.mjs');
    await bundleSource(entry, outfile);
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
