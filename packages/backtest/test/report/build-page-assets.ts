import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** One page's script and styles, and the names they are embedded by. */
interface PageSources {
  /** Folder the entries are relative to. */
  readonly folder: string;
  readonly script: string;
  readonly styles: string;
  readonly name: 'PAGE' | 'SWEEP';
  /** First line of the module. */
  readonly comment: string;
  readonly words: readonly [script: string, styles: string];
}

/** Bundles the script and the styles of the tearsheet and returns the module that carries them. */
export async function buildPageAssets(): Promise<string> {
  return await bundled({
    folder: '../../src/report/page/', script: 'client/page.client.ts', styles: 'styles/page.css', name: 'PAGE', words: ['Script of the tearsheet page, bundled.', 'Styles of the tearsheet page, without the colour tokens.'],
    comment: '// Generated from client/ and styles/: run "npx vitest run packages/backtest/test/report/page-assets.test.ts -u" after a change there.',
  });
}

/** The same of a sweep's page, whose styles come on top of the tearsheet's. */
export async function buildSweepAssets(): Promise<string> {
  return await bundled({
    folder: '../../src/sweep/page/', script: 'client/sweep.client.ts', styles: 'sweep.css', name: 'SWEEP', words: ['Script of a sweep\'s page, bundled.', 'Styles of a sweep\'s page beyond those of the tearsheet.'],
    comment: '// Generated from client/ and sweep.css: run "npx vitest run packages/backtest/test/report/page-assets.test.ts -u" after a change there.',
  });
}

async function bundled({ folder, script, styles, name, comment, words }: PageSources): Promise<string> {
  const common = { bundle: true, minify: true, write: false, legalComments: 'none', logLevel: 'silent', absWorkingDir: fileURLToPath(new URL(folder, import.meta.url)) } as const;
  const scripts = await build({ ...common, entryPoints: [script], format: 'iife', target: 'es2022', charset: 'utf8' });
  const sheet = await build({ ...common, entryPoints: [styles], target: 'es2022', charset: 'utf8' });
  const literal = (text: string): string => JSON.stringify(text.trim().replace(/<\/script/g, '<\\/script'));
  return [
    comment,
    `/** ${words[0]} */`,
    `export const ${name}_SCRIPT: string = ${literal(scripts.outputFiles[0]!.text)};`,
    `/** ${words[1]} */`,
    `export const ${name}_STYLES: string = ${literal(sheet.outputFiles[0]!.text)};`,
    '',
  ].join('\n');
}
