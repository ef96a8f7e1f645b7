import { hostReferences, type LintContext, type LintRule, RULES_URL } from './lint-rule.ts';

const CLOCK = 'this.clock (now, setAlert, setTimer)';

/** What the host offers that differs between two runs of the same input, and what to use instead. */
const REPLACEMENTS: ReadonlyMap<string, string> = new Map([
  ['Date', 'this.clock.now() for the time of the run, formatTime and parseTime of @arb/core for text'],
  ['Intl', 'toFixed or the formats of the report; Intl follows the machine'],
  ...['globalThis', 'global', 'window', 'self'].map((name) => [name, 'the names it holds; each has its own replacement'] as const),
  ['WeakRef', 'a Map you clear; when the collector runs is chance'],
  ['FinalizationRegistry', 'onStop; when the collector runs is chance'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'clearImmediate'].map((name) => [name, CLOCK] as const),
  ['queueMicrotask', 'this.bus.publish'],
  ['performance', 'this.clock.now()'],
  ['process', 'the config: what a run depends on belongs to its manifest'],
  ['crypto', 'this.random, which is seeded'],
  ['fetch', 'a topic mapped to a recorded file, so that a backtest sees what live saw'],
  ['XMLHttpRequest', 'a topic mapped to a recorded file'],
  ['WebSocket', 'a topic mapped to a recorded file'],
  ['Worker', 'nothing: a strategy is one sequence of events'],
  ['eval', 'a function'],
  ['Function', 'a function'],
]);

/** Host modules are as undetermined as host globals; `allow` names those a folder may use. */
function checkImport(context: LintContext, source: unknown, node: Parameters<LintContext['report']>[0]['node']): void {
  if (typeof source !== 'string' || !source.startsWith('node:')) return;
  context.report({ node, message: `${source} is not deterministic: what a run depends on comes in by its config or its data. Move this out of the strategy.` });
}

/**
 * Forbids wall clocks, host timers, chance and the network in strategies: the same data, config and seed must give the same run.
 * It forbids the names, so that `const D = Date; D.now()` and `globalThis.Date` are found too.
 */
export const deterministicGlobals: LintRule = {
  meta: { type: 'problem', docs: { description: 'no wall clock, timer, chance or network', url: RULES_URL }, schema: [] },
  create: (context) => ({
    'Program:exit': () => {
      for (const { identifier } of hostReferences(context)) {
        const replacement = REPLACEMENTS.get(identifier.name);
        if (replacement !== undefined) context.report({ node: identifier, message: `${identifier.name} is not deterministic: use ${replacement}.` });
      }
    },
    ImportDeclaration: (node) => { if (node['importKind'] !== 'type') checkImport(context, (node['source'] as { value: unknown }).value, node); },
    ImportExpression: (node) => { checkImport(context, (node['source'] as { value?: unknown }).value, node); },
  }),
};
