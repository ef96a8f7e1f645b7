import { hostReferences, type LintRule, propertyName, RULES_URL, type SyntaxNode } from './lint-rule.ts';

/** Exact by the standard: the same bits everywhere. */
const EXACT: ReadonlySet<string> = new Set(['abs', 'ceil', 'clz32', 'floor', 'fround', 'imul', 'max', 'min', 'round', 'sign', 'sqrt', 'trunc',
  'E', 'LN10', 'LN2', 'LOG10E', 'LOG2E', 'PI', 'SQRT1_2', 'SQRT2']);

const POWERS = 'powInt of @arb/core, POW10 for powers of ten, or multiplication';

function replacementFor(name: string): string {
  if (name === 'random') return 'this.random, which is seeded';
  if (name === 'pow') return POWERS;
  return 'exp, expm1, log, log1p, sin or cos of @arb/core: the same bits on every engine';
}

/** Text by the machine's language: `toLocaleString` and its kin. */
const LOCALE = /^(toLocale\w+|localeCompare)$/;

/**
 * Forbids arithmetic whose last bit depends on the engine. `Math.pow` and `**` give different results on Node 20 and 24 (a tenth of random
 * inputs, and some powers of ten); the standard promises nothing for the other transcendental functions either.
 */
export const deterministicMath: LintRule = {
  meta: { type: 'problem', docs: { description: 'no arithmetic or text that depends on the engine', url: RULES_URL }, schema: [] },
  create: (context) => {
    const power = (node: SyntaxNode): void => {
      const sides = [node['left'], node['right']] as readonly SyntaxNode[];
      if (sides.some((side) => side['bigint'] !== undefined && side['bigint'] !== null)) return;      // bigint powers are exact
      context.report({ node, message: `** gives other bits on other engines: use ${POWERS}.` });
    };
    return {
      'BinaryExpression[operator="**"]': power,
      'AssignmentExpression[operator="**="]': power,
      'MemberExpression': (node) => {
        const name = propertyName(node);
        if (name !== undefined && LOCALE.test(name)) context.report({ node, message: `${name} follows the language of the machine: use toFixed, formatTime or a comparison with < .` });
      },
      'Program:exit': () => {
        for (const { identifier } of hostReferences(context)) {
          if (identifier.name !== 'Math') continue;
          const use = identifier.parent!;
          const name = use.type === 'MemberExpression' && use['object'] === identifier ? propertyName(use) : undefined;
          if (name === undefined) context.report({ node: identifier, message: 'Math under another name cannot be checked: write Math.floor and the like in full.' });
          else if (!EXACT.has(name)) context.report({ node: use, message: `Math.${name} is not deterministic: use ${replacementFor(name)}.` });
        }
      },
    };
  },
};
