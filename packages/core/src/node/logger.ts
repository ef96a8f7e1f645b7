import { pino } from 'pino';
import type { Logger, LoggerFactory } from '../kernel/strategy/logger.ts';

/** How a host logs. */
export interface LogOptions {
  readonly level?: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Where lines go; stderr unless stated, so that stdout stays for results. */
  readonly destination?: { write(line: string): void };
}

/** Ends of field names that never reach a log, wherever they stand; compared in lower case without separators. */
const SECRET_ENDS: readonly string[] = ['secret', 'privatekey', 'apikey', 'password', 'passphrase', 'token', 'mnemonic', 'credentials', 'signature', 'authorization', 'cookie'];
/** Levels of nested fields that are written; what lies deeper is cut. */
const MAX_DEPTH = 8;

/** Taken before any run holds the clock shut: a line logged inside a backtest carries the host's time, which nothing of the run reads. */
const wallMs = Date.now;

/** JSON lines through pino; fields that are secrets by name are censored, at any depth. */
export function jsonLogger(options: LogOptions = {}): LoggerFactory {
  const root = pino({
    level: options.level ?? 'info',
    base: null,
    timestamp: () => `,"time":${wallMs()}`,
  }, options.destination ?? process.stderr);
  return {
    child: (component: string): Logger => {
      const logger = root.child({ component });
      return {
        debug: (message, fields = {}) => { logger.debug(withoutSecrets(fields), message); },
        info: (message, fields = {}) => { logger.info(withoutSecrets(fields), message); },
        warn: (message, fields = {}) => { logger.warn(withoutSecrets(fields), message); },
        error: (message, fields = {}) => { logger.error(withoutSecrets(fields), message); },
      };
    },
  };
}

function isSecret(name: string): boolean {
  const plain = name.toLowerCase().replace(/[^a-z]/g, '');
  return SECRET_ENDS.some((end) => plain.endsWith(end));
}

/** A copy of what is logged, without secrets at any depth; it ends at {@link MAX_DEPTH}, so cycles do too. */
function withoutSecrets(fields: object): object {
  return copy(fields, MAX_DEPTH) as object;
}

function copy(value: unknown, depth: number): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) return '[deeper]';
  if (Array.isArray(value)) return value.map((item) => copy(item, depth - 1));
  if ('toJSON' in value && typeof value.toJSON === 'function') return copy((value.toJSON as () => unknown)(), depth - 1);
  const own = value instanceof Error ? Object.assign({ name: value.name, message: value.message, stack: value.stack }, value) : value;
  return Object.fromEntries(Object.entries(own).map(([name, item]) => [name, isSecret(name) ? '[secret]' : copy(item, depth - 1)]));
}
