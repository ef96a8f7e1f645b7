import { describe, expect, it } from 'vitest';
import type { HedgedPairOptions } from '../../../src/kernel/hedge/pair-options.ts';
import { BY, FakeHost, HL } from './fake-host.ts';

/** One thing a venue, or time, can do to the pair. */
interface Choice { readonly name: string; act(): void }

/** What else may happen: fills told late or taken back; what a strategy, an operator or a venue's liquidation does, and restarts from what was saved. */
interface Wildness { readonly extras: boolean; readonly commands: boolean }

/** All that could happen next; every order open at a venue may be acknowledged, filled in part or whole, refused or expire, in any order of both legs, or nothing happens for a while. */
function choices(host: FakeHost, { extras, commands }: Wildness): Choice[] {
  const list: Choice[] = [];
  for (const order of host.open) {
    const id = order.sequence;
    const half = Math.floor(order.leavesLots / 2);
    if (order.status === 'SUBMITTED') list.push({ name: `ack ${id}`, act: () => { host.change(order, 'OrderAccepted'); } });
    if (half > 0) list.push({ name: `half ${id}`, act: () => { host.fill(order, half); } });
    list.push({ name: `fill ${id}`, act: () => { host.fill(order); } });
    if (order.filledLots === 0) list.push({ name: `reject ${id}`, act: () => { host.change(order, 'OrderRejected'); } });
    else list.push({ name: `half+expire ${id}`, act: () => { if (half > 0) host.fill(order, half); if (order.isOpen) host.change(order, 'OrderExpired'); } });
    list.push({ name: `expire ${id}`, act: () => { host.change(order, 'OrderExpired'); } });
  }
  if (extras) {
    for (const order of host.orders) {
      if ((order.status === 'EXPIRED' || order.status === 'CANCELED') && order.leavesLots > 0) list.push({ name: `late ${order.sequence}`, act: () => { host.fill(order, Math.ceil(order.leavesLots / 2)); } });
      if (order.status !== 'FILLED' && order.filledLots > 0) list.push({ name: `bust ${order.sequence}`, act: () => { host.bust(order, Math.ceil(order.filledLots / 2)); } });
      if (order.status === 'FILLED') list.push({ name: `bust ${order.sequence}`, act: () => { host.bust(order, Math.ceil(order.filledLots / 2)); host.change(order, 'OrderExpired'); } });
    }
  }
  if (commands) list.push(...commandsTo(host));
  if (host.nextAlertAt !== undefined) list.push({ name: 'time', act: () => { host.advance(Math.max(0, (host.nextAlertAt! - host.time) / 1_000)); } });
  return list;
}

/** Decisions at any time, whatever is under way. A restart keeps the orders, which venues know, and nothing else of the old pair but what it saved as JSON. */
function commandsTo(host: FakeHost): Choice[] {
  const { pair } = host;
  return [
    { name: 'enter', act: () => { pair.enter({ notionalUsd: '600' }); } },
    { name: 'exit', act: () => { pair.exit(); } },
    { name: 'resize up', act: () => { pair.resize({ notionalUsd: '900' }); } },
    { name: 'resize down', act: () => { pair.resize({ notionalUsd: '300' }); } },
    { name: 'halt', act: () => { pair.halt('operator'); } },
    { name: 'resume', act: () => { pair.resume(); } },
    { name: 'restart', act: () => { host.restart(); } },
    ...[HL, BY].filter((instrument) => host.lots(instrument) !== 0).map((instrument) => ({ name: `liquidate ${instrument.venue}`, act: () => { host.force(instrument, Math.ceil(Math.abs(host.lots(instrument)) / 2)); } })),
  ];
}

interface Search extends Wildness { readonly depth: number; start(): FakeHost }

/** Walks every order of events to a depth; after each, the venues behave, and the pair must have come to rest. Returns how many were tried. */
function explore({ depth, start, ...wild }: Search): number {
  let tried = 0;
  const visit = (path: readonly number[]): void => {
    const host = start();
    const names: string[] = [];
    for (const index of path) {
      const choice = choices(host, wild)[index]!;
      names.push(choice.name);
      choice.act();
      host.drain();
      checkAlways(host, names);
    }
    const next = path.length < depth ? choices(host, wild).length : 0;
    for (let i = 0; i < next; i++) visit([...path, i]);
    tried++;
    checkRest(host, names);
  };
  visit([]);
  return tried;
}

/** Whatever happens, a leg without its hedge is being worked on: an order is out, or something is due within the pair's own deadlines. */
function checkAlways(host: FakeHost, names: readonly string[]): void {
  if (host.uncoveredLots === 0) return;
  const isActing = host.open.length > 0 || (host.nextAlertAt !== undefined && host.nextAlertAt - host.time <= 250_000);
  if (!isActing) throw new Error(`uncovered by ${host.uncoveredLots} lots and nothing under way after ${names.join(', ')}; state ${host.pair.state}`);
}

/** From here on the venues fill everything: the pair must end flat, hedged or halted with a reason, and nothing may be uncovered. */
function checkRest(host: FakeHost, names: readonly string[]): void {
  const where = (): string => `after ${names.join(', ')}: ${host.pair.state} ${host.pair.haltReason}, ${host.lots(HL)} / ${host.lots(BY)} lots; ${host.types().join(' ')}`;
  for (let step = 0; step < 40 && (host.open.length > 0 || host.pair.isNeutralising || host.pair.state.endsWith('ING')); step++) {
    for (const order of host.open) host.fill(order);
    host.drain();
    host.advance(250);
  }
  if (!['FLAT', 'HEDGED', 'HALTED'].includes(host.pair.state)) throw new Error(`does not come to rest ${where()}`);
  if (host.pair.state === 'HALTED' && host.pair.haltReason === '') throw new Error(`halted without a reason ${where()}`);
  if (host.uncoveredLots !== 0) throw new Error(`uncovered at rest ${where()}`);
  if (host.pair.state === 'FLAT' && (host.lots(HL) !== 0 || host.lots(BY) !== 0)) throw new Error(`flat, but not quite ${where()}`);
  if (host.pair.longQuantity.toNumber() !== HL.lotsToNumber(host.lots(HL)) || host.pair.shortQuantity.toNumber() !== BY.lotsToNumber(host.lots(BY))) throw new Error(`its own count is wrong ${where()}`);
  leave(host, where);
  if (host.violations.length > 0) throw new Error(`${host.violations[0]} ${where()}`);
}

/** Whatever it has been through, a pair can be left: nothing stays at either venue. */
function leave(host: FakeHost, where: () => string): void {
  host.pair.exit();
  for (let step = 0; step < 40 && (host.lots(HL) !== 0 || host.lots(BY) !== 0); step++) {
    for (const order of host.open) host.fill(order);
    host.drain();
    host.advance(250);
  }
  if (host.lots(HL) !== 0 || host.lots(BY) !== 0) throw new Error(`does not leave ${where()}`);
}

function entering(options: Partial<HedgedPairOptions> = {}): FakeHost {
  const host = new FakeHost(options);
  host.pair.enter({ notionalUsd: '600' });
  return host;
}

function hedged(options: Partial<HedgedPairOptions> = {}): FakeHost {
  const host = entering(options);
  for (let step = 0; step < 20 && !host.pair.isHedged; step++) {
    for (const order of host.open) host.fill(order);
    host.drain();
    host.advance(250);
  }
  return host;
}

function exiting(options: Partial<HedgedPairOptions> = {}): FakeHost {
  const host = hedged(options);
  host.pair.exit();
  return host;
}

function halted(): FakeHost {
  const host = hedged();
  host.pair.halt('operator');
  return host;
}

function adjusting(): FakeHost {
  const host = hedged();
  host.pair.resize({ notionalUsd: '1200' });
  return host;
}

describe('every order of events of two legs', () => {
  it.each([
    ['entering', () => entering(), 4], ['exiting', () => exiting(), 4], ['adjusting', adjusting, 3],
  ] as const)('REQ-A05 REQ-A06 REQ-A48 %s comes to rest covered, and is never idle while one leg stands alone', (_name, start, depth) => {
    expect(explore({ start, depth, extras: false, commands: false })).toBeGreaterThan(500);
  });

  it.each([
    ['entering', () => entering()], ['exiting', () => exiting()],
  ] as const)('REQ-A48 %s with fills reported late and fills taken back', (_name, start) => {
    expect(explore({ start, depth: 3, extras: true, commands: false })).toBeGreaterThan(500);
  });

  it.each([
    ['flat', () => new FakeHost()], ['entering', () => entering()], ['hedged', () => hedged()], ['adjusting', adjusting], ['exiting', () => exiting()], ['halted', halted],
  ] as const)('REQ-A06 REQ-A48 %s, told to enter, leave, change, halt or resume, restarted and liquidated, between any two of them', (_name, start) => {
    expect(explore({ start, depth: 3, extras: true, commands: true })).toBeGreaterThan(500);
  });

  describe.each<readonly [string, Partial<HedgedPairOptions>, number, number]>([
    ['one leg after the other', { style: 'sequential', firstLeg: 'short' }, 4, 3],
    ['in clips', { clipUsd: 250 }, 3, 2],
    ['in clips, one leg after the other', { style: 'sequential', firstLeg: 'long', clipUsd: 250, clipEveryMs: 200 }, 4, 3],
    ['taking back at once', { legFailure: 'unwind' }, 3, 2],
    ['completing first', { legFailure: 'complete', maxRetries: 2 }, 3, 2],
  ])('REQ-A48 REQ-A49 REQ-A80 %s', (_name, options, deep, deepWild) => {
    it.each([
      ['entering', () => entering(options), deep, false], ['exiting', () => exiting(options), deep, false],
      ['entering, with late fills, decisions, restarts and liquidations', () => entering(options), deepWild, true], ['exiting, with the same', () => exiting(options), deepWild, true],
    ] as const)('%s comes to rest covered, and is never idle while one leg stands alone', (_state, start, depth, isWild) => {
      expect(explore({ start, depth, extras: isWild, commands: isWild })).toBeGreaterThan(60);
    });
  });
});
