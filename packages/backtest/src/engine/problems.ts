import { ArbError } from '@arb/core';
import { isArbError } from '@arb/core/internal';

/** What is wrong with a config, gathered from several looks at it, so that all is told in one go. */
export class Problems {
  readonly #errors: ArbError[];

  constructor(errors: readonly ArbError[] = []) { this.#errors = [...errors]; }

  get isEmpty(): boolean { return this.#errors.length === 0; }

  /** Looks at a part; what is wrong with it is kept, and undefined is the answer. */
  check<T>(look: () => T): T | undefined {
    try { return look(); } catch (error) { return this.#keep(error); }
  }

  /** {@link Problems.check} of what has to be waited for. */
  async gather<T>(look: () => Promise<T>): Promise<T | undefined> {
    try { return await look(); } catch (error) { return this.#keep(error); }
  }

  /** @throws ArbError the one error as it was, or all of them as one, a line for each problem; nothing where there is none */
  throwAll(): void {
    const [first] = this.#errors;
    if (first === undefined) return;
    if (this.#errors.length === 1) throw first;
    const problems = [...new Set(this.#errors.flatMap(({ message, context }) => (Array.isArray(context['problems']) ? message.split('\n') : [message.replaceAll(/\s*\n\s*/g, ' ')])))];
    const code = this.#errors.every((error) => error.code === first.code) ? first.code : 'ARB_BAD_CONFIG';
    throw new ArbError(code, problems.join('\n'), { problems });
  }

  #keep(error: unknown): undefined {
    if (!isArbError(error)) throw error;
    this.#errors.push(error);
    return undefined;
  }
}
