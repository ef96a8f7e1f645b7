import { arb } from '@arb/core/eslint';
import tseslint from 'typescript-eslint';

const typed = { files: ['**/*.ts'], languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } } };

export default tseslint.config(...tseslint.configs.recommended, typed, ...arb.configs.strategy);
