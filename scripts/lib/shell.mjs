import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The folder of the clone. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** A tool of node_modules/.bin started by Node itself, so that a path with blanks or Windows needs no shell. */
export const NODE = process.execPath;
export const NPM = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/**
 * Runs a command; output goes to the terminal, line by line through `rewrite` where it is given, or is collected with `quiet`.
 * @returns {Promise<{ code: number, output: string, seconds: number }>}
 */
export function run(command, args, { cwd = ROOT, quiet = false, env = {}, rewrite } = {}) {
  const began = performance.now();
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', rewrite === undefined ? 'inherit' : 'pipe', 'inherit'] });
    if (rewrite !== undefined) createInterface({ input: child.stdout }).on('line', (line) => { process.stdout.write(`${rewrite(line)}\n`); });
    let output = '';
    const keep = (chunk) => { output += chunk; };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.on('error', (error) => resolve({ code: 127, output: `${command}: ${error.message}`, seconds: 0 }));
    child.on('close', (code, signal) => resolve({ code: code ?? (signal === null ? 1 : 128), output, seconds: (performance.now() - began) / 1000 }));
  });
}

/** As `run`, but a failure ends this process with the command named. */
export async function must(what, command, args, options = {}) {
  const result = await run(command, args, options);
  if (result.code === 0) return result;
  if (options.quiet) process.stderr.write(result.output);
  process.stderr.write(`${what} failed (exit ${result.code}): ${command} ${args.join(' ')}\n`);
  process.exit(1);
}
