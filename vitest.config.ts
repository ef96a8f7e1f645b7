import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['arb-source'] },
  ssr: { resolve: { conditions: ['arb-source', 'node'] } },
  test: { include: ['packages/*/test/**/*.test.ts', 'examples/*/test/**/*.test.ts', 'test/**/*.test.ts'], testTimeout: 30_000 },
});
