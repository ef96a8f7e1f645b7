import { ArbError, type StrategyClass } from '@arb/core';
import { nearest } from '@arb/core/internal';
import { INSTRUMENT_ID_FORMAT } from '@arb/core/zod';
import type { Catalog } from '../catalog/catalog.ts';
import { schemaProperties } from './effective-config.ts';

/** Where a strategy's config stands: the file (or the flags), and the path in it. */
export interface InputPlace { readonly where: string; readonly path: string }

/**
 * Validates what a config says to a strategy, before anything runs.
 *
 * @throws ArbError `ARB_BAD_CONFIG` with every problem, one line each: file, path, what was received, what is allowed, near names of unknown parameters
 */
export function checkStrategyInput(Class: StrategyClass, input: Readonly<Record<string, unknown>>, { where, path }: InputPlace): void {
  const problems = [...unknownParameters(Class, input, path), ...invalidParameters(Class, input, path)];
  if (problems.length > 0) throw new ArbError('ARB_BAD_CONFIG', problems.map((problem) => `${where}: ${problem}`).join('\n'), { where, problems });
}

function unknownParameters(Class: StrategyClass, input: Readonly<Record<string, unknown>>, path: string): string[] {
  const properties = schemaProperties(Class);
  if (properties === undefined) return [];
  const known = Object.keys(properties);
  return Object.keys(input).filter((name) => !known.includes(name)).map((name) => {
    if (known.length === 0) return `${path}.${name}: ${Class.name} takes no config; declare it with Strategy.with(schema), or remove it`;
    const near = nearest(name, known)[0];
    return `${path}.${name} is not a parameter of ${Class.name}${near === undefined ? `; it has ${known.join(', ')}` : `; did you mean ${near}?`}`;
  });
}

function invalidParameters(Class: StrategyClass, input: Readonly<Record<string, unknown>>, path: string): string[] {
  const result = Class.configSchema?.['~standard'].validate(input);
  if (result === undefined || result instanceof Promise || result.issues === undefined) return [];       // what is asynchronous the kernel refuses
  return result.issues.filter(({ message }) => !message.startsWith('Unrecognized key')).map(({ path: keys = [], message }) => {
    const names = keys.map((key) => (typeof key === 'object' ? key.key : key));
    const received = names.reduce<unknown>((value, name) => (typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[name] : undefined), input);
    const text = received === undefined ? 'is missing' : `is ${names.length === 0 ? 'wrong' : JSON.stringify(received)}`;
    return `${[path, ...names.map(String)].join('.')} ${text}: ${message}`;
  });
}

/**
 * Every instrument a strategy's config names is in the data.
 *
 * @throws ArbError `ARB_UNKNOWN_INSTRUMENT`, one line each: path, what was received, near names
 */
export function checkInstruments(Class: StrategyClass, input: Readonly<Record<string, unknown>>, parts: InputPlace & { readonly catalog: Catalog }): void {
  const known = [...new Set(parts.catalog.instruments().map(({ spec }) => spec.id))];
  const problems = instrumentsOf(Class, input).filter(({ id }) => !known.includes(id)).map(({ name, id }) => {
    const near = nearest(id, known);
    return `${parts.where}: ${parts.path}.${name} is "${id}", which is not in ${parts.catalog.path}; ${near.length === 0 ? `it has ${known.slice(0, 8).join(', ')}` : `did you mean ${near.join(' or ')}?`}`;
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
