/** Who may import whom. The picture is in docs/concepts/architecture.md; a rule here is its proof. */
export default {
  forbidden: [
    { name: 'core-knows-nobody', severity: 'error', from: { path: '^packages/core/src' }, to: { path: '^packages/(adapters|backtest|live)/' }, comment: 'The kernel is below everything; only cli/ reaches its siblings, by name at run time.' },
    { name: 'backtest-knows-core-only', severity: 'error', from: { path: '^packages/backtest/src' }, to: { path: '^packages/(adapters|live)/' } },
    { name: 'adapters-know-core-only', severity: 'error', from: { path: '^packages/adapters/src' }, to: { path: '^packages/(backtest|live)/' } },
    { name: 'kernel-is-closed', severity: 'error', from: { path: '^packages/core/src/kernel/' }, to: { pathNot: '^packages/core/src/kernel/|node_modules/decimal\\.js/' }, comment: 'The kernel runs in any host: no node modules, nothing outside kernel/, decimal.js alone of the libraries.' },
    { name: 'node-side-not-cli', severity: 'error', from: { path: '^packages/core/src/node/' }, to: { path: '^packages/core/src/cli/' } },
    { name: 'nobody-imports-the-launcher', severity: 'error', from: { pathNot: '^packages/core/(src/cli/|test/)' }, to: { path: '^packages/core/src/cli/' } },
    { name: 'nobody-imports-the-commands', severity: 'error', from: { pathNot: '^packages/backtest/(src/cli|test/)' }, to: { path: '^packages/backtest/src/cli/' }, comment: 'Commands are the outermost layer; what they share with the library belongs into it.' },
    { name: 'siblings-by-their-doors', severity: 'error', from: { path: '^packages/([^/]+)/src' }, to: { path: '^packages/([^/]+)/src/.+/', pathNot: '^packages/$1/' }, comment: 'A sibling is reached by a file its exports map names.' },
    { name: 'hash-feeders-use-no-host', severity: 'error', from: { path: '^packages/backtest/src/(venue|replay|synth)/' }, to: { dependencyTypes: ['core'] }, comment: 'What feeds the journal hash is as deterministic as the kernel.' },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'nothing-undeclared', severity: 'error', from: { path: '^packages/[^/]+/src' }, to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'], pathNot: 'node_modules/(zod|@types)/' } },
    { name: 'nothing-unresolved', severity: 'error', from: { path: '^packages/[^/]+/src' }, to: { couldNotResolve: true } },
  ],
  options: {
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.lint.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/dist/|/client/|/template/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['arb-source', 'import', 'node', 'default'], extensions: ['.ts', '.mts', '.js', '.mjs', '.d.ts'] },
  },
};
