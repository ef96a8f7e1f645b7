// Loads a TypeScript module of the packages as it stands in the working tree: no build needed, and no stale one measured.
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));

/** What `entry`, relative to this folder, exports. */
export async function importSource(entry) {
  const folder = mkdtempSync(join(tmpdir(), 'arb-bench-'));
  try {
    const outfile = join(folder, 'bench.mjs');
    await build({
      entryPoints: [join(here, entry)], outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20', conditions: ['arb-source'], logLevel: 'error',
      banner: { js: `import { createRequire } from 'node:module'; const require = createRequire(${JSON.stringify(createRequire(import.meta.url).resolve('esbuild'))});` },
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
