import { ArbError, type StrategyClass } from '@arb/core';
import { nearest } from '@arb/core/internal';
import { INSTRUMENT_ID_FORMAT } from '@arb/core/zod';
import type { Catalog } from '../catalog/catalog.ts';
import { schemaProperties } from './effective-config.ts';
import { issueWords, type SchemaIssue, valueWords } from '../schema-words.ts';

/** Where a parameter of a strategy was set, or would be: `arb.config.json: strategies[0].config.long`, `--param long`; without a name, the config as a whole. */
export type ParameterPlace = (name?: string) => string;

/**
 * Validates what a config says to a strategy, before anything runs.
 *
 * @throws ArbError `ARB_BAD_CONFIG` with every problem, one line each: place, what was received, what is allowed, near names of unknown parameters
 */
export function checkStrategyInput(Class: StrategyClass, input: Readonly<Record<string, unknown>>, place: ParameterPlace): void {
  const problems = [...unknownParameters(Class, input, place), ...invalidParameters(Class, input, place)];
  if (problems.length > 0) throw new ArbError('ARB_BAD_CONFIG', problems.join('\n'), { problems });
}

function unknownParameters(Class: StrategyClass, input: Readonly<Record<string, unknown>>, place: ParameterPlace): string[] {
  const properties = schemaProperties(Class);
  if (properties === undefined) return [];
  const known = Object.keys(properties);
  return Object.keys(input).filter((name) => !known.includes(name)).map((name) => {
    if (known.length === 0) return `${place(name)}: ${Class.name} takes no config; declare it with Strategy.with(schema), or remove it`;
    const near = nearest(name, known)[0];
    return `${place(name)} is not a parameter of ${Class.name}${near === undefined ? `; it has ${known.join(', ')}` : `; did you mean ${near}?`}`;
  });
}

function invalidParameters(Class: StrategyClass, input: Readonly<Record<string, unknown>>, place: ParameterPlace): string[] {
  const result = Class.configSchema?.['~standard'].validate(input);
  if (result === undefined || result instanceof Promise || result.issues === undefined) return [];       // what is asynchronous the kernel refuses
  return result.issues.filter(({ message }) => !message.startsWith('Unrecognized key')).map((issue) => {
    const names = (issue.path ?? []).map((key) => (typeof key === 'object' ? key.key : key));
    const received = names.reduce<unknown>((value, name) => (typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[name] : undefined), input);
    const where = names.length === 0 ? place() : place(names.map(String).join('.'));
    return `${where} is ${names.length === 0 ? 'wrong' : valueWords(received)}: ${received === undefined ? missingWords(Class, issue, String(names[0])) : issueWords(issue, received)}`;
  });
}

/** What to give for a parameter without a default. */
function missingWords(Class: StrategyClass, issue: SchemaIssue, name: string): string {
  const { format, description } = schemaProperties(Class)?.[name] ?? {};
  const words = format === INSTRUMENT_ID_FORMAT ? 'give an instrument id such as BTC-USD-PERP.HYPERLIQUID' : issueWords(issue, undefined);
  return description === undefined ? words : `${words} (${description})`;
}

/**
 * Every instrument a strategy's config names is in the data.
 *
 * @throws ArbError `ARB_UNKNOWN_INSTRUMENT`, one line each: place, what was received, near names
 */
export function checkInstruments(Class: StrategyClass, input: Readonly<Record<string, unknown>>, { place, catalog }: { readonly place: ParameterPlace; readonly catalog: Catalog }): void {
  const known = [...new Set(catalog.instruments().map(({ spec }) => spec.id))];
  const problems = instrumentsOf(Class, input).filter(({ id }) => !known.includes(id)).map(({ name, id }) => {
    const near = nearest(id, known);
    return `${place(name)} is "${id}", which is not in ${catalog.path}; ${near.length === 0 ? `it has ${known.slice(0, 8).join(', ')}` : `did you mean ${near.join(' or ')}?`}`;
  });
  if (problems.length > 0) throw new ArbError('ARB_UNKNOWN_INSTRUMENT', problems.join('\n'), { problems });
}

/** Instruments a strategy's config names, by its schema: single ones and lists. */
export function instrumentsOf(Class: StrategyClass, input: Readonly<Record<string, unknown>>): { readonly name: string; readonly id: string }[] {
  return Object.entries(schemaProperties(Class) ?? {}).flatMap(([name, { format, items }]) => {
    const value = input[name];
    if (format === INSTRUMENT_ID_FORMAT && typeof value === 'string') return [{ name, id: value }];
    if (items?.format !== INSTRUMENT_ID_FORMAT || !Array.isArray(value)) return [];
    return value.flatMap((id: unknown, i) => (typeof id === 'string' ? [{ name: `${name}[${i}]`, id }] : []));
  });
}
