import { type LintContext, type LintRule, propertyName, RULES_URL, type SyntaxNode } from './lint-rule.ts';

const HOOK = /^on[A-Z]\w*$/;
/** Methods that take a handler whatever they are called on, and those that do on `bus`. */
const TIMERS: ReadonlySet<string> = new Set(['setTimer', 'setAlert']);
const OF_BUS: ReadonlySet<string> = new Set(['register', 'subscribe', 'subscribePattern']);
/** What stands around a value and is none: casts, `!`, `void`. */
const WRAPPERS: ReadonlySet<string> = new Set(['TSAsExpression', 'TSSatisfiesExpression', 'TSTypeAssertion', 'TSNonNullExpression', 'UnaryExpression', 'ChainExpression']);

/**
 * Forbids `async` where the kernel calls: hooks of a strategy or actor, and handlers of subscriptions, timers, alerts and endpoints. What comes after an `await` runs when the
 * machine gets to it, not when simulated time says so; the kernel stops a run whose hook returns a promise, this rule says it in the editor.
 * A handler is found where it is written, named (`this.decide`, `decide`) or called (`() => this.decide()`).
 */
export const synchronousHooks: LintRule = {
  meta: { type: 'problem', docs: { description: 'no async hooks and handlers', url: RULES_URL }, schema: [] },
  create: (context) => {
    const report = (node: SyntaxNode, what: string): void => {
      context.report({ node, message: `${what} is async; the kernel waits for nobody: return at once, and use this.clock.setAlert for what comes later or this.bus for what comes from outside.` });
    };
    const checkMember = (node: SyntaxNode): void => {
      const name = keyName(node);
      if (name !== undefined && HOOK.test(name) && isAsync(node['value'] as SyntaxNode | null) && (node['override'] === true || isKernelClass(classAround(node)))) report(node, `The hook ${name}`);
    };
    return {
      MethodDefinition: checkMember,
      PropertyDefinition: checkMember,
      CallExpression: (node) => {
        const taker = handlerTaker(node['callee'] as SyntaxNode);
        if (taker === undefined) return;
        for (const argument of node['arguments'] as readonly SyntaxNode[]) if (isAsyncHandler(argument, context)) report(argument, `The handler given to ${taker}`);
      },
    };
  },
};

const isAsync = (node: SyntaxNode | null | undefined): boolean => node?.['async'] === true;

function unwrapped(node: SyntaxNode): SyntaxNode {
  return WRAPPERS.has(node.type) ? unwrapped((node['expression'] ?? node['argument']) as SyntaxNode) : node;
}

function keyName(member: SyntaxNode): string | undefined {
  const key = member['key'] as SyntaxNode;
  return member['computed'] === true ? undefined : (key['name'] ?? key['value']) as string | undefined;
}

function classAround(node: SyntaxNode): SyntaxNode | undefined {
  for (let at = node.parent; at !== undefined && at !== null; at = at.parent) if (at.type === 'ClassDeclaration' || at.type === 'ClassExpression') return at;
  return undefined;
}

/** A class that extends `Strategy`, `Actor`, a name that ends so, or `….with(schema)`. */
function isKernelClass(node: SyntaxNode | undefined): boolean {
  const base = node?.['superClass'] as SyntaxNode | null | undefined;
  if (base === null || base === undefined) return false;
  if (base.type === 'CallExpression') return memberName(base['callee'] as SyntaxNode) === 'with';
  return /(Strategy|Actor)$/.test(memberName(base) ?? '');
}

/** `with` of `Strategy.with`, `Strategy` of `Strategy`. */
function memberName(node: SyntaxNode): string | undefined {
  return node.type === 'MemberExpression' ? propertyName(node) : node['name'] as string | undefined;
}

/** `subscribe.book`, `setTimer`, `bus.register`: the name of what takes handlers; undefined for any other call. */
function handlerTaker(callee: SyntaxNode): string | undefined {
  if (callee.type !== 'MemberExpression') return undefined;
  const method = propertyName(callee);
  if (method === undefined) return undefined;
  if (TIMERS.has(method)) return method;
  const owner = memberName(unwrapped(callee['object'] as SyntaxNode));
  return owner === 'subscribe' || (owner === 'bus' && OF_BUS.has(method)) ? `${owner}.${method}` : undefined;
}

function isAsyncHandler(argument: SyntaxNode, context: LintContext): boolean {
  const value = unwrapped(argument);
  if (value.type !== 'ArrowFunctionExpression' && value.type !== 'FunctionExpression') return isAsyncName(value, context);
  if (isAsync(value)) return true;
  const body = value['body'] as SyntaxNode;
  const statements = body.type === 'BlockStatement' ? body['body'] as readonly SyntaxNode[] : [{ type: 'ExpressionStatement', expression: body }];
  return statements.some((statement) => {
    const said = (statement['expression'] ?? (statement.type === 'ReturnStatement' ? statement['argument'] : undefined)) as SyntaxNode | null | undefined;
    if (said === null || said === undefined) return false;
    const call = unwrapped(said);
    return call.type === 'CallExpression' && isAsyncName(call['callee'] as SyntaxNode, context);
  });
}

/** `this.decide` of a class whose `decide` is async; `decide` that this file declares async. */
function isAsyncName(node: SyntaxNode, context: LintContext): boolean {
  if (node.type === 'Identifier') return declaredAsync(context).has(node['name'] as string);
  if (node.type !== 'MemberExpression' || (node['object'] as SyntaxNode).type !== 'ThisExpression') return false;
  const property = node['property'] as SyntaxNode;
  const members = (classAround(node)?.['body'] as SyntaxNode | undefined)?.['body'] as readonly SyntaxNode[] | undefined ?? [];
  return members.some((member) => {
    const key = member['key'] as SyntaxNode | undefined;
    return key !== undefined && key.type === property.type && key['name'] === property['name'] && isAsync(member['value'] as SyntaxNode | null);
  });
}

function declaredAsync(context: LintContext): ReadonlySet<string> {
  const { scopes } = context.sourceCode.scopeManager as unknown as { readonly scopes: readonly { readonly variables: readonly { readonly name: string; readonly defs: readonly { readonly node?: SyntaxNode }[] }[] }[] };
  return new Set(scopes.flatMap(({ variables }) => variables).filter(({ defs }) => {
    const node = defs[0]?.node;
    return isAsync(node?.type === 'VariableDeclarator' ? node['init'] as SyntaxNode | null : node?.type === 'FunctionDeclaration' ? node : undefined);
  }).map(({ name }) => name));
}
