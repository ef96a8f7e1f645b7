import { defineConfig } from 'tsup';
import { bundle } from '../../tsup.shared.ts';

export default defineConfig(bundle({
  index: 'src/index.ts',
  zod: 'src/zod.ts',
  rx: 'src/rx.ts',
  testing: 'src/testing.ts',
  eslint: 'src/eslint.ts',
  internal: 'src/internal.ts',
  'cli/main': 'src/cli/main.ts',
}));
