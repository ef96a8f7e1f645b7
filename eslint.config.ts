import tseslint from 'typescript-eslint';
import { arb } from './packages/core/src/eslint.ts';

/** Everything whose output reaches the journal hash: the kernel, the simulated venue, replay, and the generator of data sets. */
const DETERMINISTIC = ['packages/core/src/kernel/**/*.ts', 'packages/backtest/src/{venue,replay,synth}/**/*.ts'];

const [determinism] = arb.configs.strategy;

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '**/runs/**', '.cache/**', 'docs/**', 'api/**', 'datasets/**', '**/client/**', '**/template/**', 'packages/backtest/sample/**', '**/page-assets.ts', '**/fixtures/**', '**/*.d.ts'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.base],
    languageOptions: { parserOptions: { project: ['tsconfig.lint.json'], tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'off' },           // a directive may state a limit stricter than ours
    rules: {
      'max-lines': ['error', { max: 600 }],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 4],
      'no-restricted-syntax': ['error',
        { selector: 'ExportDefaultDeclaration', message: 'Default exports are banned: export by name.' },
        { selector: 'TSEnumDeclaration', message: 'Enums are banned: use a union of string literals.' },
      ],
      'no-restricted-imports': ['error', { patterns: [{ group: ['@arb/*/src/*', '@arb/*/dist/*'], message: 'Deep imports are banned: use a door of the package.' }] }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/ban-ts-comment': ['error', { minimumDescriptionLength: 10 }],
      'eqeqeq': 'error',
      'prefer-const': 'error',
      'no-var': 'error',
    },
  },
  { ...determinism!, name: 'deterministic folders', files: DETERMINISTIC, ignores: [] },
  { name: 'decimals everywhere', files: ['packages/*/src/**/*.ts', 'examples/*/src/**/*.ts'], plugins: determinism!.plugins, rules: { 'arb/no-decimal-operators': 'error' } },
  { ...determinism!, name: 'example strategies', files: ['examples/*/src/**/*.ts'], ignores: [] },
  { name: 'default exports that a tool wants', files: ['**/*.config.ts'], rules: { 'no-restricted-syntax': 'off' } },
  { name: 'tests', files: ['**/test/**/*.ts', '**/*.test.ts'], rules: { 'max-lines-per-function': 'off', 'max-params': 'off' } },
);
