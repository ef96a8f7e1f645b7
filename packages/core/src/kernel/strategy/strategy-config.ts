import { ArbError } from '../errors.ts';
import { issuePath } from './standard-schema.ts';
import type { StrategyClass } from './strategy.ts';

/**
 * Validates the config of a strategy and fills in its defaults.
 *
 * @throws ArbError `ARB_BAD_CONFIG` with every problem, each with its path
 */
export function strategyConfig(Class: StrategyClass, input: unknown, where: string): unknown {
  const schema = Class.configSchema;
  if (schema === undefined) {
    if (input === undefined || (typeof input === 'object' && input !== null && Object.keys(input).length === 0)) return {};
    throw new ArbError('ARB_BAD_CONFIG', `${where}: ${Class.name} takes no config, but got ${JSON.stringify(input)}; declare it with Strategy.with(schema)`, { where });
  }
  const result = schema['~standard'].validate(input ?? {});
  if (result instanceof Promise) throw new ArbError('ARB_BAD_CONFIG', `${where}: the schema of ${Class.name} is asynchronous; use a synchronous one`, { where });
  if (!result.issues) return result.value;
  const problems = result.issues.map((issue) => `${where}${issuePath(issue) === '' ? '' : `.${issuePath(issue)}`}: ${issue.message}`);
  throw new ArbError('ARB_BAD_CONFIG', problems.join('\n'), { where, problems });
}
