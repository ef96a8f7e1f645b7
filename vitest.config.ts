import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

/** Tests run on the sources: `@arb/*` resolves through the `arb-source` condition of each `exports` map, so no build is needed. */
const conditions = ['arb-source', ...defaultServerConditions];
const project = (name: string, include: readonly string[]): { extends: true; test: { name: string; include: string[] } } => ({ extends: true, test: { name, include: [...include] } });

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    environment: 'node',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      project('core', ['packages/core/test/**/*.test.ts']),
      project('adapters', ['packages/adapters/test/**/*.test.ts']),
      project('backtest', ['packages/backtest/test/**/*.test.ts']),
      project('live', ['packages/live/test/**/*.test.ts']),
      project('examples', ['examples/**/*.test.ts']),
      project('root', ['test/**/*.test.ts']),
    ],
  },
});
