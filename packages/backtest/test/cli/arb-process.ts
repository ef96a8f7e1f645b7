import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const ROOT: string = resolve(import.meta.dirname, '../../../..');
const MAIN = join(ROOT, 'packages/core/dist/cli/main.js');
export const FUNDING_ARBITRAGE: string = `${join(ROOT, 'examples/hl-bybit-funding/src/funding-arbitrage.ts')}#FundingArbitrage`;

/** What a process left behind. */
export interface ProcessResult { readonly code: number | null; readonly stdout: string; readonly stderr: string }

/** A user's folder: strategies in it find `@arb/core` as an installed package. */
export class UserFolder {
  readonly path: string = mkdtempSync(join(tmpdir(), 'arb-cli-'));

  constructor() { symlinkSync(join(ROOT, 'node_modules'), join(this.path, 'node_modules'), 'dir'); }

  write(name: string, content: unknown): string {
    const path = join(this.path, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  }

  /** Runs the built `arb`, as a user would; `npm test` builds it first. */
  async arb(args: readonly string[], options: { readonly interruptWhen?: (stderr: string) => boolean } = {}): Promise<ProcessResult> {
    if (!existsSync(MAIN)) throw new Error(`${MAIN} is not there; build first: node scripts/build.mjs`);
    return await new Promise((done, fail) => {
      const child = spawn(process.execPath, [MAIN, ...args], { cwd: this.path });
      let stdout = '';
      let stderr = '';
      let isInterrupted = false;                                      // a second SIGINT ends the process at once
      child.stdout.on('data', (chunk: Buffer) => { stdout += chunk.toString(); });
      child.stderr.on('data', (chunk: Buffer) => {
        stderr += chunk.toString();
        if (!isInterrupted && options.interruptWhen?.(stderr) === true) isInterrupted = child.kill('SIGINT');
      });
      child.on('error', fail);
      child.on('close', (code) => { done({ code, stdout, stderr }); });
    });
  }

  remove(): void { rmSync(this.path, { recursive: true, force: true }); }
}

/** A config of the recorded 8-hour bars over one month; changes are laid over it. */
export function monthConfig(change: { readonly config?: object; readonly data?: object; readonly use?: string; readonly top?: object; readonly simulation?: object } = {}): Record<string, unknown> {
  const simulation = { balances: ['50000 USDT'], bars: { spreadBps: 1, depthUsd: 500_000, from: 'mark' }, ...change.simulation };
  const config = { long: 'BTCUSDT-PERP.BINANCE', short: 'BTCUSDT-PERP.BYBIT', notionalUsd: '20000', enterAprPct: 5, exitAprPct: 0, confirmations: 2, decideEveryMs: 28_800_000, decideOffsetMs: 60_000, maxBreakEvenHours: 720 };
  return {
    strategies: [{ use: change.use ?? FUNDING_ARBITRAGE, id: 'btc', config: change.use === undefined ? { ...config, ...change.config } : change.config ?? {} }],
    venues: { BINANCE: { profile: 'binance', simulation }, BYBIT: { profile: 'bybit', simulation } },
    data: { catalog: join(ROOT, 'datasets/xvenue-8h'), from: '2023-01-01', to: '2023-02-01', ...change.data },
    seed: 1, ...change.top,
  };
}
