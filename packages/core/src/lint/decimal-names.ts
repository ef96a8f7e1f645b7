import { type LintContext, propertyName, type SyntaxNode } from './lint-rule.ts';

/** Methods that give a Decimal on a Decimal, or an instrument's, and exist on nothing else that is likely to be compared. */
const DECIMAL_METHODS: ReadonlySet<string> = new Set(['plus', 'minus', 'times', 'div', 'dividedBy', 'mod', 'negated', 'neg', 'toDecimalPlaces', 'toSignificantDigits', 'absoluteValue', 'tickToDecimal', 'lotsToDecimal', 'roundPrice', 'roundQuantity']);

/** Members that are Decimals wherever they are read: of orders, positions, pairs and instruments, under names that nothing else is likely to have. */
const DECIMAL_MEMBERS: ReadonlySet<string> = new Set(['averageFillPrice', 'filledQuantity', 'leavesQuantity', 'triggerPrice', 'averageOpenPrice', 'longQuantity', 'shortQuantity', 'priceIncrement', 'sizeIncrement', 'minNotional', 'realisedPnl', 'unrealisedUsd', 'realisedUsd']);

/** Members that are Decimals on an object so called: the price of an order is one, the price of a public trade is a number. */
const MEMBERS_BY_OBJECT: readonly (readonly [object: RegExp, members: ReadonlySet<string>])[] = [
  [/^\w*order$/i, new Set(['price', 'quantity'])], [/^\w*position$/i, new Set(['quantity'])], [/^(event|fill|filled)$/, new Set(['lastPrice', 'lastQuantity'])],
  [/^portfolio$/, new Set(['pnlUsd', 'equity'])], [/^payment$/, new Set(['amount', 'quantity'])],
];

/** A variable as scope analysis gives it. */
interface Variable { readonly references: readonly { readonly identifier: SyntaxNode }[]; readonly defs: readonly { readonly name?: SyntaxNode; readonly node?: SyntaxNode }[] }

/**
 * What a file shows to be a Decimal without type information: `new Decimal(…)` and calls on it, names and fields annotated or assigned so, results of functions annotated so, config fields made with
 * `decimal()`, and members of the kernel's own objects that are Decimals.
 */
export class DecimalNames {
  readonly #context: LintContext;
  /** Fields, getters and (with brackets behind the name) methods of the file's classes. */
  readonly #fields = new Set<string>();
  readonly #configFields = new Set<string>();
  /** Every use of a name that holds a Decimal; of a function that returns one. */
  readonly #uses = new Set<SyntaxNode>();
  readonly #functions = new Set<SyntaxNode>();

  constructor(context: LintContext) { this.#context = context; }

  /** What gathers the fields while the file is walked. */
  readonly visitors: Record<string, (node: SyntaxNode) => void> = {
    PropertyDefinition: (node) => {
      const value = node['value'] as SyntaxNode | null;
      if (isAnnotated(node) || (value !== null && this.isDecimal(value))) this.#fields.add(keyName(node));
    },
    MethodDefinition: (node) => {
      if (isDecimalType((node['value'] as SyntaxNode)['returnType'])) this.#fields.add(node['kind'] === 'get' ? keyName(node) : `${keyName(node)}()`);
    },
    TSParameterProperty: (node) => {
      const parameter = node['parameter'] as SyntaxNode;
      const name = parameter.type === 'AssignmentPattern' ? parameter['left'] as SyntaxNode : parameter;
      if (isAnnotated(name)) this.#fields.add(String(name['name']));
    },
    Property: (node) => { if (isDecimalField(node['value'] as SyntaxNode)) this.#configFields.add(keyName(node)); },
  };

  /** Follows names to what they were declared with; to be called once the file has been walked. */
  resolve(): void {
    const scopes = (this.#context.sourceCode.scopeManager as unknown as { readonly scopes: readonly { readonly variables: readonly Variable[] }[] } | null)?.scopes ?? [];
    const variables = scopes.flatMap((scope) => scope.variables);
    for (const { defs, references } of variables) if (isDecimalType(defs[0]?.node?.['returnType'])) for (const { identifier } of references) this.#functions.add(identifier);
    for (let known = -1; known !== this.#uses.size;) {
      known = this.#uses.size;
      for (const variable of variables) if (this.#holdsDecimal(variable)) for (const { identifier } of variable.references) this.#uses.add(identifier);
    }
  }

  isDecimal(node: SyntaxNode): boolean {
    switch (node.type) {
      case 'TSNonNullExpression': case 'ChainExpression': return this.isDecimal(node['expression'] as SyntaxNode);
      case 'TSAsExpression': case 'TSSatisfiesExpression': return isDecimalType(node['typeAnnotation']);
      case 'NewExpression': return (node['callee'] as SyntaxNode)['name'] === 'Decimal';
      case 'CallExpression': return this.#givesDecimal(node['callee'] as SyntaxNode);
      case 'MemberExpression': return this.#isDecimalMember(node);
      case 'LogicalExpression': return this.isDecimal(node['left'] as SyntaxNode) || this.isDecimal(node['right'] as SyntaxNode);
      case 'ConditionalExpression': return this.isDecimal(node['consequent'] as SyntaxNode) || this.isDecimal(node['alternate'] as SyntaxNode);
      default: return this.#uses.has(node);
    }
  }

  #holdsDecimal({ defs }: Variable): boolean {
    const { name, node } = defs[0] ?? {};
    if (name === undefined || node === undefined) return false;
    if (isAnnotated(name)) return true;
    if (node.type === 'VariableDeclarator' && node['id'] === name) return node['init'] !== null && this.isDecimal(node['init'] as SyntaxNode);
    const property = name.parent?.type === 'AssignmentPattern' ? name.parent.parent : name.parent;          // const { averageFillPrice } = order
    if (property?.type !== 'Property' || node.type !== 'VariableDeclarator' || node['init'] === null || property.parent !== node['id']) return false;
    return this.#isMember(keyName(property), node['init'] as SyntaxNode);
  }

  #givesDecimal(callee: SyntaxNode): boolean {
    if (callee['name'] === 'Decimal' || this.#functions.has(callee)) return true;
    if (callee.type !== 'MemberExpression') return false;
    const method = propertyName(callee);
    if (method === undefined) return false;
    const object = callee['object'] as SyntaxNode;
    if (object.type === 'ThisExpression' && this.#fields.has(`${privateMark(callee)}${method}()`)) return true;
    return DECIMAL_METHODS.has(method) || (object['name'] === 'Decimal' && /^[a-z]/.test(method) && !method.startsWith('is'));
  }

  #isDecimalMember(node: SyntaxNode): boolean {
    const name = propertyName(node);
    return name !== undefined && this.#isMember(`${privateMark(node)}${name}`, node['object'] as SyntaxNode);
  }

  #isMember(name: string, object: SyntaxNode): boolean {
    if (object.type === 'ThisExpression') return this.#fields.has(name);
    if (DECIMAL_MEMBERS.has(name)) return true;
    const owner = ownName(object);
    if (owner === 'config') return this.#configFields.has(name);
    return MEMBERS_BY_OBJECT.some(([objects, members]) => objects.test(owner) && members.has(name));
  }
}

/** `order` of `order`, `event.order` and `this.#order!`. */
function ownName(node: SyntaxNode): string {
  if (node.type === 'TSNonNullExpression' || node.type === 'ChainExpression') return ownName(node['expression'] as SyntaxNode);
  if (node.type === 'MemberExpression') return propertyName(node) ?? '';
  return node.type === 'Identifier' ? String(node['name']) : '';
}

function privateMark(member: SyntaxNode): string { return (member['property'] as SyntaxNode).type === 'PrivateIdentifier' ? '#' : ''; }

function keyName(node: SyntaxNode): string {
  const key = node['key'] as SyntaxNode;
  return `${key.type === 'PrivateIdentifier' ? '#' : ''}${String(key['name'] ?? key['value'])}`;
}

function isAnnotated(node: SyntaxNode): boolean {
  return isDecimalType(node['typeAnnotation']);
}

/** `Decimal`, `Decimal | undefined`. */
function isDecimalType(node: unknown): boolean {
  const type = node as SyntaxNode | null | undefined;
  if (type === null || type === undefined) return false;
  if (type.type === 'TSTypeAnnotation') return isDecimalType(type['typeAnnotation']);
  if (type.type === 'TSUnionType') return (type['types'] as readonly SyntaxNode[]).some(isDecimalType);
  return type.type === 'TSTypeReference' && (type['typeName'] as SyntaxNode)['name'] === 'Decimal';
}

/** `decimal()` and whatever is called on it: `decimal().prefault('1').describe('…')`. */
function isDecimalField(node: SyntaxNode): boolean {
  if (node.type !== 'CallExpression') return false;
  const callee = node['callee'] as SyntaxNode;
  return callee.type === 'MemberExpression' ? isDecimalField(callee['object'] as SyntaxNode) : callee['name'] === 'decimal';
}
