import { existsSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Actor, type StrategyClass } from '@arb/core';
import { ArbError, nearest } from '@arb/core/internal';
import { createJiti } from 'jiti';

/**
 * Loads a user's module. TypeScript goes through jiti on every Node, with `@arb/core` shared so that classes stay one: Node 22 and 24 can strip types themselves, but refuse
 * enums, parameter properties and imports without the ending, which a file written on Node 20 may hold, and tell faults without the column.
 *
 * @throws ArbError `ARB_STRATEGY_FILE` with the first line of what the compiler or the module said
 */
export async function loadModule(file: string): Promise<Record<string, unknown>> {
  if (!existsSync(file)) throw new ArbError('ARB_STRATEGY_FILE', `no file ${file}; name an existing one`, { file });
  try {
    if (!['.ts', '.mts'].includes(extname(file))) return await import(pathToFileURL(file).href) as Record<string, unknown>;
    return await createJiti(import.meta.url, { interopDefault: false, tryNative: false, nativeModules: ['@arb/core', '@arb/core/zod', '@arb/core/rx', '@arb/backtest'] }).import(file);
  } catch (error) {
    throw new ArbError('ARB_STRATEGY_FILE', `${file} does not load: ${loadFault(error, file)}; correct it there`, { file });
  }
}

/** What the compiler or the module said, with line and column where it told them. */
function loadFault(error: unknown, file: string): string {
  if (!(error instanceof Error)) return String(error);
  const text = (error.message.split('\n').find((line) => line.trim() !== '') ?? error.name).trim().replace(/\s*\(?\S*:\d+:\d+\)?$/, '');
  const name = basename(file).replaceAll('.', '\\.');
  const place = (new RegExp(`${name}:(\\d+:\\d+)`).exec(error.message) ?? new RegExp(`${name}:(\\d+)`).exec(error.stack ?? ''))?.[1];      // columns of a stack are those of the translation
  return place === undefined ? text : `${text} (${basename(file)}:${place})`;
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
