import { DecimalNames } from './decimal-names.ts';
import { type LintContext, type LintRule, RULES_URL, type SyntaxNode } from './lint-rule.ts';

/** Each operator with the method that does what it seems to do. */
const METHODS: ReadonlyMap<string, string> = new Map([
  ['<', 'lt'], ['<=', 'lte'], ['>', 'gt'], ['>=', 'gte'], ['===', 'eq'], ['==', 'eq'], ['!==', 'eq'], ['!=', 'eq'],
  ['+', 'plus'], ['-', 'minus'], ['*', 'times'], ['/', 'div'], ['%', 'mod'], ['+=', 'plus'], ['-=', 'minus'], ['*=', 'times'], ['/=', 'div'],
]);

const EQUALITY: ReadonlySet<string> = new Set(['===', '==', '!==', '!=']);

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
 * With type information (typescript-eslint's `projectService`) every expression of type Decimal is found; without it what the file itself shows to be one, see {@link DecimalNames}.
 */
export const noDecimalOperators: LintRule = {
  meta: { type: 'problem', docs: { description: 'no operators on Decimals', url: RULES_URL }, schema: [] },
  create: (context) => {
    const typed = typedTest(context);
    const names = new DecimalNames(context);
    const isDecimal = typed ?? ((node: SyntaxNode) => names.isDecimal(node));
    const found: SyntaxNode[] = [];
    const collect = (node: SyntaxNode): void => { if (METHODS.has(node['operator'] as string)) found.push(node); };
    const report = (): void => {
      names.resolve();
      for (const node of found) {
        const operator = node['operator'] as string;
        const [left, right] = [node['left'] as SyntaxNode, node['right'] as SyntaxNode];
        if (EQUALITY.has(operator) && (isNothing(left) || isNothing(right))) continue;
        if (!isDecimal(left) && !isDecimal(right)) continue;
        const method = METHODS.get(operator)!;
        context.report({ node, message: `${operator} on a Decimal compiles and is wrong: use ${operator.startsWith('!') ? '!' : ''}a.${method}(b).` });
      }
    };
    return { ...(typed === undefined ? names.visitors : {}), BinaryExpression: collect, AssignmentExpression: collect, 'Program:exit': report };
  },
};

function isNothing(node: SyntaxNode): boolean {
  return (node.type === 'Identifier' && node['name'] === 'undefined') || (node.type === 'Literal' && node['value'] === null);
}

function typedTest(context: LintContext): ((node: SyntaxNode) => boolean) | undefined {
  const services = context.sourceCode.parserServices as TypedServices | undefined;
  if (services?.program === undefined || services.program === null || services.getTypeAtLocation === undefined) return undefined;
  return (node) => holdsDecimal(services.getTypeAtLocation!(node));
}

function holdsDecimal(type: TypeLike): boolean {
  return type.symbol?.name === 'Decimal' || type.aliasSymbol?.name === 'Decimal' || (type.types?.some(holdsDecimal) ?? false);
}
