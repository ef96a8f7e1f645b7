import { describe, expect, it } from 'vitest';
import { DeterminismGuard } from '../../src/node/determinism-guard.ts';
import { jsonLogger } from '../../src/node/logger.ts';

const CANARY = 'canary-5f2e';

function lines(write: (log: ReturnType<ReturnType<typeof jsonLogger>['child']>) => void): string[] {
  const out: string[] = [];
  write(jsonLogger({ destination: { write: (line) => { out.push(line); } } }).child('btc'));
  return out;
}

describe('json logger', () => {
  const names = ['secret', 'privateKey', 'apiKey', 'apiSecret', 'password', 'passphrase', 'token', 'mnemonic', 'credentials', 'signature'];

  it.each(names)('never writes %s, at any depth or in a list', (name) => {
    const out = lines((log) => {
      log.info('flat', { [name]: CANARY });
      log.warn('nested', { account: { [name]: CANARY } });
      log.error('deep', { a: { b: { c: { d: { [name]: CANARY } } } } });
      log.info('list', { accounts: [{ [name]: CANARY }, { keys: [{ [name]: { inner: CANARY } }] }] });
    });
    expect(out).toHaveLength(4);
    expect(out.join('')).not.toContain(CANARY);
    expect(out.every((line) => line.includes('[secret]'))).toBe(true);
  });

  it('finds the names whatever their case and separators', () => {
    const out = lines((log) => { log.info('names', { api_key: CANARY, 'X-API-KEY': CANARY, PRIVATE_KEY: CANARY, headers: { 'api-secret': CANARY } }); });
    expect(out.join('')).not.toContain(CANARY);
  });

  it('keeps everything else and says whose line it is', () => {
    const [line] = lines((log) => { log.info('hello', { n: 1, nested: { ok: true }, list: [1, 2] }); });
    expect(JSON.parse(line!)).toMatchObject({ level: 30, component: 'btc', msg: 'hello', n: 1, nested: { ok: true }, list: [1, 2] });
  });

  it('works inside a guarded slice and survives a cycle', () => {
    const loop: Record<string, unknown> = { n: 1 };
    loop['self'] = loop;
    const out = lines((log) => { new DeterminismGuard().run(() => { log.warn('inside', { loop }); }); });
    expect(JSON.parse(out[0]!)).toMatchObject({ msg: 'inside', loop: { n: 1 } });
  });
});
