import { ArbError } from '../errors.ts';

/**
 * JSON with sorted keys and without `undefined`, so that equal values give equal text. Decimals and bigints become strings.
 *
 * @throws ArbError `ARB_NOT_JSON` for NaN, Infinity, functions and cycles deeper than 64 levels, naming the path
 * @example canonicalJson({ b: 1, a: undefined, c: 2n }) // => '{"b":1,"c":"2"}'
 */
export function canonicalJson(value: unknown): string {
  return encode(value, '$', 0);
}

function encode(value: unknown, path: string, depth: number): string {
  if (depth > 64) throw new ArbError('ARB_NOT_JSON', `${path} is nested deeper than 64 levels; a cycle?`, { path });
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new ArbError('ARB_NOT_JSON', `${path} is ${value}, which JSON cannot hold; use null or a string`, { path });
    return JSON.stringify(value);
  }
  if (typeof value === 'bigint') return `"${value}"`;
  if (typeof value !== 'object') throw new ArbError('ARB_NOT_JSON', `${path} is a ${typeof value}, which JSON cannot hold`, { path });
  if ('toJSON' in value && typeof value.toJSON === 'function') return encode((value.toJSON as () => unknown)(), path, depth + 1);
  if (Array.isArray(value)) return `[${value.map((item, i) => encode(item === undefined ? null : item, `${path}[${i}]`, depth + 1)).join(',')}]`;
  const object = value as Record<string, unknown>;
  const fields = Object.keys(object).filter((key) => object[key] !== undefined).sort();
  return `{${fields.map((key) => `${JSON.stringify(key)}:${encode(object[key], `${path}.${key}`, depth + 1)}`).join(',')}}`;
}
