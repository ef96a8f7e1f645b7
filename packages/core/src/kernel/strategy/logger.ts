/** Structured log of one component; the host decides where it goes. Never pass secrets. */
export interface Logger {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** Where the kernel's components get their loggers. */
export interface LoggerFactory {
  /** A logger whose lines carry the component's name. */
  child(component: string): Logger;
}

const nothing = (): void => undefined;
/** Drops everything; the default of a kernel without a host. */
export const silentLogger: LoggerFactory = { child: () => ({ debug: nothing, info: nothing, warn: nothing, error: nothing }) };
