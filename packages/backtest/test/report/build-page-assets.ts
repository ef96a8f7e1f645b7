import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const PAGE = fileURLToPath(new URL('../../src/report/page/', import.meta.url));

/** Bundles the script and the styles of the tearsheet and returns the module that carries them. */
export async function buildPageAssets(): Promise<string> {
  const common = { bundle: true, minify: true, write: false, legalComments: 'none', logLevel: 'silent', absWorkingDir: PAGE } as const;
  const script = await build({ ...common, entryPoints: ['client/page.client.ts'], format: 'iife', target: 'es2022', charset: 'utf8' });
  const styles = await build({ ...common, entryPoints: ['styles/page.css'], target: 'es2022', charset: 'utf8' });
  const literal = (text: string): string => JSON.stringify(text.trim().replace(/<\/script/g, '<\\/script'));
  return [
    '// Generated from client/ and styles/: run "npx vitest run packages/backtest/test/report/page-assets.test.ts -u" after a change there.',
    '/** Script of the tearsheet page, bundled. */',
    `export const PAGE_SCRIPT: string = ${literal(script.outputFiles[0]!.text)};`,
    '/** Styles of the tearsheet page, without the colour tokens. */',
    `export const PAGE_STYLES: string = ${literal(styles.outputFiles[0]!.text)};`,
    '',
  ].join('\n');
}
