import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'arb-offline-'));
const trap = join(folder, 'no-network.cjs');
writeFileSync(trap, `
const refuse = (what) => () => { process.stderr.write('NETWORK ' + what + '\\n'); process.exit(99); };
require('node:net').Socket.prototype.connect = refuse('connect');
require('node:dgram').Socket.prototype.send = refuse('send');
for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6']) require('node:dns')[name] = refuse('dns ' + name);
`);

afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

function runWithoutNetwork(args: readonly string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  return spawnSync(process.execPath, ['--require', trap, ...args], { cwd: join(root, 'examples/hl-bybit-funding'), encoding: 'utf8' });
}

describe('REQ-D25 no network is needed', () => {
  it('the trap sees a connection', () => {
    const { status, stderr } = runWithoutNetwork(['-e', 'require("node:http").get("http://127.0.0.1:9/")']);
    expect({ status, stderr: stderr.startsWith('NETWORK') }).toEqual({ status: 99, stderr: true });
  });

  it('arb backtest on recorded data opens no connection', () => {
    const { status, stdout, stderr } = runWithoutNetwork([join(root, 'packages/core/dist/cli/main.js'), 'backtest', 'configs/xvenue-8h.json', '--out', join(folder, 'run')]);
    expect(stderr).not.toContain('NETWORK');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^tearsheet \S+$/m);
    expect(stdout).toMatch(/^journal sha256 [0-9a-f]{64} /m);
  });
});
