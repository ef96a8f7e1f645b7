import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Actor, type StrategyClass } from '@arb/core';
import { ArbError, nearest } from '@arb/core/internal';
import { createJiti } from 'jiti';

/**
 * Loads a user's module. TypeScript goes natively where Node can strip types, else through jiti with `@arb/core` shared, so that classes stay one.
 *
 * @throws ArbError `ARB_STRATEGY_FILE` with the first line of what the compiler or the module said
 */
export async function loadModule(file: string): Promise<Record<string, unknown>> {
  if (!existsSync(file)) throw new ArbError('ARB_STRATEGY_FILE', `no file ${file}; name an existing one`, { file });
  try {
    if (!['.ts', '.mts'].includes(extname(file)) || (process.features as { readonly typescript?: unknown }).typescript) return await import(pathToFileURL(file).href) as Record<string, unknown>;
    return await createJiti(import.meta.url, { interopDefault: false, tryNative: false, nativeModules: ['@arb/core', '@arb/core/zod', '@arb/core/rx', '@arb/backtest'] }).import(file);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new ArbError('ARB_STRATEGY_FILE', `${file} does not load: ${text.split('\n').find((line) => line.trim() !== '') ?? text}`, { file });
  }
}

/**
 * Loads `./file.ts#Class`.
 *
 * @throws ArbError `ARB_STRATEGY_FILE` where the file does not load, has no such export, or exports no Strategy
 */
export async function loadStrategy(file: string, className: string): Promise<StrategyClass> {
  const module = await loadModule(file);
  const found = module[className];
  if (isStrategyClass(found)) return found;
  const candidates = Object.keys(module).filter((name) => isStrategyClass(module[name]));
  const hint = candidates.length === 0
    ? 'it exports no class that extends Strategy; write export class Mine extends Strategy { … }'
    : `did you mean #${nearest(className, candidates)[0] ?? candidates[0]!}?`;
  throw new ArbError('ARB_STRATEGY_FILE', `${file} exports no Strategy called ${className}; ${hint}`, { file, className });
}

function isStrategyClass(value: unknown): value is StrategyClass {
  return typeof value === 'function' && (value.prototype as unknown) instanceof Actor;
}
