import { arb } from '@arb/core/eslint';
import tseslint from 'typescript-eslint';

export default tseslint.config(...tseslint.configs.recommended, ...arb.configs.strategy);
