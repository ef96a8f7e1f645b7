/** A node of the syntax tree, as far as the rules look at it; ESLint's own types stay out of our declarations. */
export interface SyntaxNode {
  readonly type: string;
  readonly parent?: SyntaxNode;
  readonly [property: string]: unknown;
}

/** One use of a name. */
export interface NameReference {
  readonly identifier: SyntaxNode & { readonly name: string };
  readonly isTypeReference?: boolean;
  readonly isValueReference?: boolean;
}

/** Names of a scope; `defs` is empty for what the host provides. */
export interface NameScope {
  readonly through: readonly NameReference[];
  readonly variables: readonly { readonly name: string; readonly defs: readonly unknown[]; readonly references: readonly NameReference[] }[];
}

/** What ESLint hands to a rule. */
export interface LintContext {
  readonly options: readonly unknown[];
  readonly sourceCode: {
    readonly scopeManager: { readonly globalScope: NameScope | null } | null;
    readonly parserServices?: unknown;
  };
  report(finding: { readonly node: SyntaxNode; readonly message: string }): void;
}

/** A rule as ESLint 9 and 10 take it. */
export interface LintRule {
  readonly meta: { readonly type: 'problem'; readonly docs: { readonly description: string; readonly url: string }; readonly schema: readonly object[] };
  create(context: LintContext): Record<string, (node: SyntaxNode) => void>;
}

/** Where the rules are explained. */
export const RULES_URL: string = 'https://www.npmjs.com/package/@arb/core#determinism';

/** Uses of host-provided names in a file: value uses only, a name that the file declares itself is not among them. */
export function hostReferences(context: LintContext): readonly NameReference[] {
  const scope = context.sourceCode.scopeManager?.globalScope;
  if (scope === null || scope === undefined) return [];
  const provided = scope.variables.filter(({ defs }) => defs.length === 0).flatMap(({ references }) => references);
  return [...new Set([...scope.through, ...provided])].filter(({ isTypeReference, isValueReference }) => isTypeReference !== true || isValueReference === true);
}

/** The property a member expression reads where it is written out: `a.b` and `a['b']` give `b`. */
export function propertyName(node: SyntaxNode): string | undefined {
  const property = node['property'] as SyntaxNode;
  if (node['computed'] !== true) return property['name'] as string | undefined;
  return property.type === 'Literal' && typeof property['value'] === 'string' ? property['value'] : undefined;
}
