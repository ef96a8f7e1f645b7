import { fileURLToPath } from 'node:url';
import { Linter, RuleTester } from 'eslint';
import { parser } from 'typescript-eslint';
import { describe, expect, it } from 'vitest';
import { arb } from '@arb/core/eslint';

const root = fileURLToPath(new URL('.', import.meta.url));

function findings(code: string, { typed = false } = {}): readonly string[] {
  const linter = new Linter({ configType: 'flat', cwd: root });
  const parserOptions = typed ? { projectService: { allowDefaultProject: ['*.ts'] }, tsconfigRootDir: root } : {};
  const config = [...arb.configs.strategy, { files: ['**/*.ts'], languageOptions: { parser, parserOptions } }];
  return linter.verify(code, config as Linter.Config[], { filename: `${root}probe.ts` }).map(({ ruleId, message }) => `${ruleId ?? 'parse'}: ${message}`);
}

describe('arb/deterministic-globals', () => {
  it.each([
    ['const now = Date.now();', 'this.clock.now()'],
    ['const now = new Date();', 'this.clock.now()'],
    ['const D = Date; D.now();', 'this.clock.now()'],
    ['globalThis.Date.now();', 'globalThis'],
    ['setTimeout(() => 1, 5);', 'this.clock'],
    ['setInterval(() => 1, 5);', 'this.clock'],
    ['queueMicrotask(() => 1);', 'this.bus.publish'],
    ['performance.now();', 'this.clock.now()'],
    ['const id = crypto.randomUUID();', 'this.random'],
    ['const mode = process.env.MODE;', 'the config'],
    ['const got = await fetch("https://example.com");', 'recorded file'],
    ['const ref = new WeakRef({});', 'WeakRef'],
    ['new FinalizationRegistry(() => 1);', 'onStop'],
    ['new Intl.NumberFormat("de").format(1);', 'Intl'],
    ['import { readFileSync } from "node:fs"; readFileSync("x");', 'node:fs'],
    ['const fs = await import("node:fs");', 'node:fs'],
  ])('REQ-D09 REQ-D10 names the replacement in %s', (code, replacement) => {
    const found = findings(code);
    expect(found.length).toBeGreaterThan(0);
    expect(found.every((line) => line.startsWith('arb/deterministic-globals: '))).toBe(true);
    expect(found.join('\n')).toContain(replacement);
  });

  it('leaves a name alone that the file declares itself, and types', () => {
    expect(findings('export class Date { now(): number { return 1; } }\nexport const now = new Date().now();')).toEqual([]);
    expect(findings('export type When = Date;\nimport type { Stats } from "node:fs";\nexport type S = Stats;')).toEqual([]);
  });
});

describe('arb/deterministic-math', () => {
  it.each([
    ['const a = 1.5 ** 3;', 'powInt'],
    ['let a = 2; a **= 3;', 'powInt'],
    ['const a = Math.pow(2, 3);', 'powInt'],
    ['const a = Math["pow"](2, 3);', 'powInt'],
    ['const a = Math.random();', 'this.random'],
    ['const a = Math.exp(2);', 'exp, expm1, log'],
    ['const a = Math.sin(2);', 'sin or cos of @arb/core'],
    ['const a = Math.hypot(2, 3);', 'of @arb/core'],
    ['const { pow } = Math;', 'write Math.floor and the like in full'],
    ['const M = Math; M.floor(1);', 'write Math.floor and the like in full'],
    ['const a = (1234.5).toLocaleString();', 'toFixed'],
    ['const a = ["b", "a"].sort((x, y) => x.localeCompare(y));', 'comparison with <'],
  ])('names the replacement in %s', (code, replacement) => {
    const found = findings(code);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^arb\/deterministic-math: /);
    expect(found[0]).toContain(replacement);
  });

  it('lets exact arithmetic pass, bigint powers too', () => {
    expect(findings('export const a = Math.floor(Math.sqrt(Math.abs(-2))) + Math.max(1, 2) + Math.PI;\nexport const b = 10n ** 18n;')).toEqual([]);
  });
});

const DECLARED = 'declare class Decimal { constructor(value: string); lt(other: Decimal): boolean; plus(other: Decimal): Decimal; static max(...all: Decimal[]): Decimal }\n';

describe('arb/no-decimal-operators', () => {
  it.each([
    ['export const a = new Decimal("1") < new Decimal("2");', 'a.lt(b)'],
    ['export const a = new Decimal("1").plus(new Decimal("2")) === new Decimal("3");', 'a.eq(b)'],
    ['const x = new Decimal("1"); export const a = x !== new Decimal("1");', '!a.eq(b)'],
    ['const x = Decimal.max(new Decimal("1")); export const a = x > x;', 'a.gt(b)'],
  ])('sees a plain Decimal without type information: %s', (code, replacement) => {
    expect(findings(DECLARED + code)).toEqual([expect.stringContaining(replacement)]);
    expect(findings(DECLARED + code, { typed: true })).toEqual([expect.stringContaining(replacement)]);
  });

  it.each([
    ['parameters', 'export const lower = (a: Decimal, b: Decimal): boolean => a < b;', 'a.lt(b)'],
    ['parameters compared for identity', 'export function same(a: Decimal, b: Decimal): boolean { return a === b; }', 'a.eq(b)'],
    ['what may be undefined', 'export function f(a: Decimal | undefined): string { return a! + "1"; }', 'a.plus(b)'],
    ['annotated names, and names assigned from them', 'export function f(a: Decimal): boolean { const b = a; const c = b; return c >= 5; }', 'a.gte(b)'],
    ['declared fields', 'export class M { limit: Decimal; f(): boolean { return this.limit < 5; } }', 'a.lt(b)'],
    ['private and assigned fields', 'export class M { #limit = new Decimal("1"); f(): boolean { return 5 > this.#limit; } }', 'a.gt(b)'],
    ['fields declared after their use, parameter properties', 'export class M { f(): boolean { return this.limit !== this.other; } constructor(private readonly limit: Decimal, readonly other: unknown) {} }', '!a.eq(b)'],
    ['getters', 'export class M { get size(): Decimal { return new Decimal("1"); } f(): number { return this.size * 2; } }', 'a.times(b)'],
    ['methods', 'export class M { size(): Decimal { return new Decimal("1"); } f(): number { return 2 - this.size(); } }', 'a.minus(b)'],
    ['functions', 'function size(): Decimal { return new Decimal("1"); }\nexport const a = size() === size();', 'a.eq(b)'],
    ['config fields', 'const Config = z.strictObject({ size: decimal({ positive: true }).prefault("1").describe("x") });\nexport class M extends Strategy.with(Config) { f(): boolean { return this.config.size > 1; } }', 'a.gt(b)'],
    ['destructured config fields', 'const Config = z.strictObject({ size: decimal() });\nexport class M extends Strategy.with(Config) { f(): boolean { const { size } = this.config; return size > 1; } }', 'a.gt(b)'],
    ['members of orders', 'export function f(order: Order): boolean { return order.price! > order.quantity; }', 'a.gt(b)'],
    ['members under names of their own', 'export function f(x: Order): boolean { return x.averageFillPrice! > 5; }', 'a.gt(b)'],
    ['members of an order of an event', 'export class M { onOrderFilled(event: OrderFilled): boolean { return event.order.leavesQuantity === event.lastQuantity; } }', 'a.eq(b)'],
    ['destructured members', 'export function f(order: Order): boolean { const { filledQuantity, quantity: whole } = order; return filledQuantity < whole; }', 'a.lt(b)'],
    ['results of an instrument', 'export function f(i: Instrument): string { return i.roundPrice(5.03, "down") + ""; }', 'a.plus(b)'],
  ])('sees %s without type information', (_what, code, replacement) => {
    expect(findings(code)).toEqual([expect.stringContaining(replacement)]);
  });

  it.each([
    'export function f(trade: Trade, bar: Bar): boolean { return trade.price > bar.close && trade.quantity === 1; }',
    'export function f(a: Decimal): number { const g = (a: number): number => a + 1; return g(1) + a.toNumber(); }',
    'export class M { limit: Decimal; f(other: { limit: number }): boolean { return other.limit < 5; } }',
    'const Config = z.strictObject({ size: z.number(), other: decimal() });\nexport class M { f(): boolean { return this.config.size > 1; } }',
    'export function f(order: Order): boolean { return order.averageFillPrice !== undefined && order.price == null && order.quantity.gt(1) && order.lots > 2; }',
  ])('leaves numbers of the same names alone without type information: %s', (code) => {
    expect(findings(code)).toEqual([]);
  });

  it('sees any expression of type Decimal with type information', () => {
    const code = `${DECLARED}export function f(order: { price: Decimal | undefined }, other: Decimal): boolean { return order.price! >= other; }`;
    expect(findings(code, { typed: true })).toEqual([expect.stringContaining('a.gte(b)')]);
    const same = `${DECLARED}export function g(a: Decimal, b: Decimal): boolean { return a === b; }`;
    expect(findings(same, { typed: true })).toEqual([expect.stringContaining('a.eq(b)')]);
  });

  it('lets numbers, undefined and the methods pass', () => {
    const code = `${DECLARED}export function f(a: Decimal | undefined, b: Decimal, n: number): boolean { return a !== undefined && a.lt(b) && n < 3 && n + 1 === 4; }`;
    expect(findings(code)).toEqual([]);
    expect(findings(code, { typed: true })).toEqual([]);
  });
});

describe('arb/synchronous-hooks', () => {
  RuleTester.describe = describe;
  RuleTester.it = it;
  const strategy = (body: string, base = 'Strategy'): string => `class Mine extends ${base} { ${body} }`;
  const start = (body: string): string => strategy(`override onStart(): void { ${body} } async decide() {} #plan = async () => {}; plain() {}`);
  const hook = (name: string): { message: RegExp }[] => [{ message: new RegExp(`^The hook ${name} is async; .*this\\.clock\\.setAlert`) }];
  const handler = (taker: string): { message: RegExp }[] => [{ message: new RegExp(`^The handler given to ${taker.replace('.', '\\.')} is async; `) }];
  new RuleTester({ languageOptions: { parser } }).run('synchronous-hooks', arb.rules['synchronous-hooks'] as never, {
    valid: [
      strategy('override onStart(): void { this.plain(); }'),
      start("this.clock.setTimer('t', { everyMs: 1 }, () => { this.plain(); });"),
      start("this.clock.setAlert('t', { inMs: 1 }, this.plain); this.subscribe.book(ID, (book) => { this.seen = book; });"),
      strategy('async load(): Promise<void> {}'),                                                   // neither a hook nor given as one
      'class Server extends EventEmitter { async onMessage() {} }',                                 // no class of the kernel
      'class Page { async onStart() {} }',
      'list.subscribe(async () => {}); store.register("x", async () => {});',
    ],
    invalid: [
      { code: strategy('override async onStart(): Promise<void> {}'), errors: hook('onStart') },
      { code: strategy('async onBook(book) { await book; }', 'Strategy.with(Config)'), errors: hook('onBook') },
      { code: strategy('onOrderFilled = async () => {};', 'core.Actor'), errors: hook('onOrderFilled') },
      { code: strategy('override async onPairEvent() {}', 'Base'), errors: hook('onPairEvent') },
      { code: start("this.clock.setTimer('t', { everyMs: 1 }, async () => {});"), errors: handler('setTimer') },
      { code: start("this.clock.setAlert('t', { inMs: 1 }, (async () => {}) as () => void);"), errors: handler('setAlert') },
      { code: start("this.clock.setTimer('t', { everyMs: 1 }, this.decide);"), errors: handler('setTimer') },
      { code: start("this.clock.setTimer('t', { everyMs: 1 }, () => this.decide());"), errors: handler('setTimer') },
      { code: start("this.clock.setTimer('t', { everyMs: 1 }, () => { void this.#plan(); });"), errors: handler('setTimer') },
      { code: start('this.subscribe.trades(ID, async function (trade) { await trade; });'), errors: handler('subscribe.trades') },
      { code: start('this.subscribe.fundingSettlement(ID, { leadMs: 1 }, async () => {});'), errors: handler('subscribe.fundingSettlement') },
      { code: start("this.bus.register('ask', async (question) => question);"), errors: handler('bus.register') },
      { code: `async function settle() {} ${start('this.subscribe.topic(Alarm, settle);')}`, errors: handler('subscribe.topic') },
    ],
  });

  it('is an error in the config for strategies', () => {
    expect(findings(strategy('override async onStart(): Promise<void> {}'))).toEqual([expect.stringMatching(/^arb\/synchronous-hooks: The hook onStart is async/)]);
  });
});

it('REQ-D17 an ordinary strategy passes every rule', () => {
  const code = [
    'import { Strategy } from "@arb/core";',
    'export class Mine extends Strategy { private count = 0;',
    '  override onStart(): void { this.clock.setTimer("decide", { everyMs: 60_000 }, () => { this.count += 1; if (this.count % 2 === 0 && Math.abs(this.count) > 3) this.log.info("even"); }); } }',
  ].join('\n');
  expect(findings(code)).toEqual([]);
});
