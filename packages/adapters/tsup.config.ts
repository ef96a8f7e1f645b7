import { defineConfig } from 'tsup';
import { bundle } from '../../tsup.shared.ts';

export default defineConfig(bundle({ index: 'src/index.ts' }));
