import { describe, expect, it } from 'vitest';
import { DeterminismGuard } from '../../src/node/determinism-guard.ts';

describe('determinism guard', () => {
  const guard = new DeterminismGuard();
  const attempts: Record<string, () => unknown> = {
    'Date.now': () => Date.now(), 'new Date()': () => new Date(), 'Date()': () => Date(), 'aliased Date': () => { const D = Date; return new D(); },
    'Math.random': () => Math.random(), 'performance.now': () => performance.now(), setTimeout: () => setTimeout(() => undefined, 0), setInterval: () => setInterval(() => undefined, 1),
    setImmediate: () => setImmediate(() => undefined), queueMicrotask: () => { queueMicrotask(() => undefined); }, fetch: () => fetch('http://127.0.0.1:1'),
    'crypto.randomUUID': () => crypto.randomUUID(), 'process.hrtime': () => process.hrtime(),
  };
  it.each(Object.keys(attempts))('REQ-D10 stops %s and names the replacement', (name) => {
    expect(() => guard.run(() => attempts[name]!())).toThrow(/was called inside a backtest \(determinism-guard\.test\.ts:\d+\); use /);
  });

  it('leaves fixed dates alone, and everything as it was afterwards', () => {
    expect(guard.run(() => new Date(0).getTime())).toBe(0);
    expect(guard.run(() => new Date(5) instanceof Date)).toBe(true);
    const before = Date.now();
    expect(() => guard.run(() => { throw new Error('x'); })).toThrow('x');
    expect(Date.now()).toBeGreaterThanOrEqual(before);
    expect(Math.random()).toBeLessThan(1);
  });
});
