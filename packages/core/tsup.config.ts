import { defineConfig } from 'tsup';
import { bundle } from '../../tsup.shared.ts';

/** commander is CommonJS and asks for Node's own modules by `require`. */
const REQUIRE = "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);";

export default defineConfig([
  bundle({ index: 'src/index.ts', zod: 'src/zod.ts', rx: 'src/rx.ts', testing: 'src/testing.ts', eslint: 'src/eslint.ts', internal: 'src/internal.ts' }),
  // The launcher is one file, commander in it: what `arb … --help` takes is mostly finding and reading modules.
  { ...bundle({ 'cli/main': 'src/cli/main.ts' }), splitting: false, noExternal: ['commander'], banner: { js: REQUIRE } },
]);
