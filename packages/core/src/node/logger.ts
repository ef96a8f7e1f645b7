import { pino } from 'pino';
import type { Logger, LoggerFactory } from '../kernel/strategy/logger.ts';

/** How a host logs. */
export interface LogOptions {
  readonly level?: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Where lines go; stderr unless stated, so that stdout stays for results. */
  readonly destination?: { write(line: string): void };
}

/** Names of fields that never reach a log, wherever they stand. */
const SECRET_FIELDS = ['secret', 'privateKey', 'apiKey', 'apiSecret', 'password', 'passphrase', 'token', 'mnemonic', 'credentials', 'signature'];

/** Taken before any run holds the clock shut: a line logged inside a backtest carries the host's time, which nothing of the run reads. */
const wallMs = Date.now;

/** JSON lines through pino; fields that are secrets by name are removed. */
export function jsonLogger(options: LogOptions = {}): LoggerFactory {
  const root = pino({
    level: options.level ?? 'info',
    base: null,
    timestamp: () => `,"time":${wallMs()}`,
    redact: { paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[secret]' },
  }, options.destination ?? process.stderr);
  return {
    child: (component: string): Logger => {
      const logger = root.child({ component });
      return {
        debug: (message, fields = {}) => { logger.debug(fields, message); },
        info: (message, fields = {}) => { logger.info(fields, message); },
        warn: (message, fields = {}) => { logger.warn(fields, message); },
        error: (message, fields = {}) => { logger.error(fields, message); },
      };
    },
  };
}
