import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from './package-root.ts';

/** Version of this package, as in its package.json. */
export const VERSION: string = (JSON.parse(readFileSync(join(packageRoot(import.meta.url, '@arb/core'), 'package.json'), 'utf8')) as { readonly version: string }).version;
