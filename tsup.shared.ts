import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Options } from 'tsup';

/**
 * How every package is bundled: JavaScript only, ESM, shared chunks between the doors so that each class exists once.
 * Declarations come from `tsc -b` into the same folder, therefore nothing here may empty it. Worker threads start from a
 * file of their own, so every `*-worker.ts` becomes an entry beside the chunks that name it by `new URL('./x-worker.js', import.meta.url)`.
 */
export function bundle(doors: Readonly<Record<string, string>>): Options {
  const workers = (readdirSync('src', { recursive: true }) as string[]).filter((file) => file.endsWith('-worker.ts')).map((file) => [basename(file, '.ts'), join('src', file)] as const);
  return {
    entry: Object.fromEntries([...Object.entries(doors).filter(([, source]) => existsSync(source)), ...workers]),
    format: ['esm'],
    target: 'node20',
    platform: 'node',
    outDir: 'dist',
    splitting: true,
    sourcemap: true,
    dts: false,
    clean: false,
    treeshake: false,
    silent: true,
  };
}
