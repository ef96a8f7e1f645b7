import { type LintContext, type LintRule, propertyName, RULES_URL, type SyntaxNode } from './lint-rule.ts';

/** Each operator with the method that does what it seems to do. */
const METHODS: ReadonlyMap<string, string> = new Map([
  ['<', 'lt'], ['<=', 'lte'], ['>', 'gt'], ['>=', 'gte'], ['===', 'eq'], ['==', 'eq'], ['!==', 'eq'], ['!=', 'eq'],
  ['+', 'plus'], ['-', 'minus'], ['*', 'times'], ['/', 'div'], ['%', 'mod'], ['+=', 'plus'], ['-=', 'minus'], ['*=', 'times'], ['/=', 'div'],
]);

const EQUALITY: ReadonlySet<string> = new Set(['===', '==', '!==', '!=']);

/** Methods that give a Decimal on a Decimal and exist on nothing else that is likely to be compared. */
const DECIMAL_METHODS: ReadonlySet<string> = new Set(['plus', 'minus', 'times', 'div', 'dividedBy', 'mod', 'negated', 'neg', 'toDecimalPlaces', 'toSignificantDigits', 'absoluteValue']);

interface TypeLike {
  readonly types?: readonly TypeLike[];
  readonly symbol?: { readonly name: string };
  readonly aliasSymbol?: { readonly name: string };
}

interface TypedServices {
  readonly program?: object | null;
  getTypeAtLocation?(node: SyntaxNode): TypeLike;
}

/**
 * Forbids operators on Decimals. `a < b` compiles and compares text-made numbers, `a === b` compares identity, `a + b` joins text: use `lt`, `eq`, `plus`.
 * With type information (typescript-eslint's `projectService`) every expression of type Decimal is found; without it those that are plainly Decimals:
 * `new Decimal(…)`, `Decimal.max(…)`, `x.plus(…)` and the like, and names assigned from such in the same file.
 */
export const noDecimalOperators: LintRule = {
  meta: { type: 'problem', docs: { description: 'no operators on Decimals', url: RULES_URL }, schema: [] },
  create: (context) => {
    const isDecimal = decimalTest(context);
    const check = (node: SyntaxNode): void => {
      const operator = node['operator'] as string;
      const method = METHODS.get(operator);
      if (method === undefined) return;
      const [left, right] = [node['left'] as SyntaxNode, node['right'] as SyntaxNode];
      if (EQUALITY.has(operator) && (isNothing(left) || isNothing(right))) return;
      if (!isDecimal(left) && !isDecimal(right)) return;
      const call = operator.startsWith('!') ? `!a.${method}(b)` : `a.${method}(b)`;
      context.report({ node, message: `${operator} on a Decimal compiles and is wrong: use ${call}.` });
    };
    return { BinaryExpression: check, AssignmentExpression: check };
  },
};

function isNothing(node: SyntaxNode): boolean {
  return (node.type === 'Identifier' && node['name'] === 'undefined') || (node.type === 'Literal' && node['value'] === null);
}

function decimalTest(context: LintContext): (node: SyntaxNode) => boolean {
  const services = context.sourceCode.parserServices as TypedServices | undefined;
  if (services?.program !== undefined && services.program !== null && services.getTypeAtLocation !== undefined) {
    return (node) => holdsDecimal(services.getTypeAtLocation!(node));
  }
  const known = new Set<unknown>();
  for (const { name, defs } of context.sourceCode.scopeManager?.globalScope === null ? [] : declaredNames(context)) {
    const node = (defs[0] as { node?: SyntaxNode } | undefined)?.node;
    const init = node?.type === 'VariableDeclarator' ? node['init'] as SyntaxNode | null : null;
    if (init !== null && isPlainlyDecimal(init)) known.add(name);
  }
  return (node) => isPlainlyDecimal(node) || (node.type === 'Identifier' && known.has(node['name']));
}

function declaredNames(context: LintContext): readonly { readonly name: string; readonly defs: readonly unknown[] }[] {
  const manager = context.sourceCode.scopeManager as unknown as { readonly scopes: readonly { readonly variables: readonly { readonly name: string; readonly defs: readonly unknown[] }[] }[] };
  return manager.scopes.flatMap(({ variables }) => variables);
}

function holdsDecimal(type: TypeLike): boolean {
  return type.symbol?.name === 'Decimal' || type.aliasSymbol?.name === 'Decimal' || (type.types?.some(holdsDecimal) ?? false);
}

function isPlainlyDecimal(node: SyntaxNode): boolean {
  if (node.type === 'NewExpression') return (node['callee'] as SyntaxNode)['name'] === 'Decimal';
  if (node.type !== 'CallExpression') return false;
  const callee = node['callee'] as SyntaxNode;
  if (callee['name'] === 'Decimal') return true;
  if (callee.type !== 'MemberExpression') return false;
  const method = propertyName(callee);
  return method !== undefined && (DECIMAL_METHODS.has(method) || ((callee['object'] as SyntaxNode)['name'] === 'Decimal' && /^[a-z]/.test(method) && !method.startsWith('is')));
}
