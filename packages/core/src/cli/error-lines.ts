import { isArbError } from '../kernel/errors.ts';

/** What the operating system refuses, in words, by its code. */
const REFUSALS: Readonly<Record<string, string>> = {
  ENOENT: 'it is not there; name an existing one', EISDIR: 'it is a folder; name a file', ENOTDIR: 'it lies under a file, not under a folder; name another place', EEXIST: 'it is there already; name another place',
  EACCES: 'this user may not read or write it; change its rights or name another', EPERM: 'this user may not read or write it; change its rights or name another', EROFS: 'it is on a read-only disk; name another place',
  ENOSPC: 'the disk is full; make room or name another place', EMFILE: 'too many files are open; raise ulimit -n',
};

/** What is told of an error: a line for each problem, each with its code; of a bug of ours the stack. */
export function errorLines(error: unknown): string[] {
  if (isArbError(error)) {
    const lines = Array.isArray(error.context['problems']) ? error.message.split('\n') : [error.message];
    return lines.map((line) => `${error.code}: ${line.replaceAll(/\s*\n\s*/g, ' ').trim()}`);
  }
  if (!(error instanceof Error)) return [String(error)];
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  if (syscall !== undefined && code !== undefined) return [`ARB_FILE: ${path ?? 'a file'} cannot be used: ${REFUSALS[code] ?? error.message}`];
  return [error.stack ?? error.message];
}

/** 2 for wrong use, 130 for an interruption, 1 for all else. */
export function exitCodeOf(error: unknown): number {
  if (!isArbError(error)) return 1;
  return error.code.startsWith('ARB_USAGE') ? 2 : error.code === 'ARB_INTERRUPTED' ? 130 : 1;
}
