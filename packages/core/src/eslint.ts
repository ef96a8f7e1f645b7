/**
 * Lint rules for strategy repositories: what would make two runs of the same data differ is an error in the editor.
 * @packageDocumentation
 */
import { deterministicGlobals } from './lint/deterministic-globals.ts';
import { deterministicMath } from './lint/deterministic-math.ts';
import { noDecimalOperators } from './lint/no-decimal-operators.ts';
import { synchronousHooks } from './lint/synchronous-hooks.ts';
import type { LintRule } from './lint/lint-rule.ts';

/** One entry of an ESLint flat config. */
export interface LintConfig {
  readonly name: string;
  readonly files: string[];
  readonly ignores: string[];
  readonly plugins: Record<string, never>;
  readonly rules: Record<string, 'error'>;
}

/** The plugin: rules by name and configs to spread into a flat config. */
export interface LintPlugin {
  readonly meta: { readonly name: string };
  readonly rules: Readonly<Record<string, LintRule>>;
  readonly configs: {
    /** Every TypeScript file but tests and config files: the code that runs inside a backtest. */
    readonly strategy: LintConfig[];
  };
}

const rules: Readonly<Record<string, LintRule>> = {
  'deterministic-globals': deterministicGlobals,
  'deterministic-math': deterministicMath,
  'no-decimal-operators': noDecimalOperators,
  'synchronous-hooks': synchronousHooks,
};

const plugin = { meta: { name: '@arb/core/eslint' }, rules };

/**
 * The lint rules of `@arb/core`.
 *
 * `arb/deterministic-globals` forbids wall clocks, timers, chance and the network, `arb/deterministic-math` arithmetic whose last bit depends
 * on the engine, `arb/no-decimal-operators` `<`, `===`, `+` on Decimals, `arb/synchronous-hooks` `async` hooks and
 * handlers. Every message names the replacement.
 * `arb/no-decimal-operators` sees everything with typescript-eslint's `projectService`; without, what one file shows: see docs/concepts/numbers.md.
 *
 * @example
 * ```ts
 * import { arb } from '@arb/core/eslint';
 *
 * const config = [...arb.configs.strategy];
 * Object.keys(arb.rules).length; // => 4
 * ```
 */
export const arb: LintPlugin = {
  ...plugin,
  configs: {
    strategy: [{
      name: 'arb/strategy',
      files: ['**/*.ts', '**/*.mts'],
      ignores: ['**/*.test.ts', '**/*.config.ts', '**/test/**'],
      plugins: { arb: plugin as never },
      rules: { 'arb/deterministic-globals': 'error', 'arb/deterministic-math': 'error', 'arb/no-decimal-operators': 'error', 'arb/synchronous-hooks': 'error' },
    }],
  },
};
export type { LintContext, LintRule, NameReference, NameScope, SyntaxNode } from './lint/lint-rule.ts';
