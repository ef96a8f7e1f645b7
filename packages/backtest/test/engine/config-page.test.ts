import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { configJsonSchema } from '../../src/engine/config-schema.ts';

interface Node { readonly properties?: Readonly<Record<string, Node>>; readonly additionalProperties?: boolean | Node; readonly items?: Node; readonly anyOf?: readonly Node[] }

/** Every key that a config may have, wherever it stands. */
function keysOf(node: Node): string[] {
  const below = [...Object.values(node.properties ?? {}), ...(typeof node.additionalProperties === 'object' ? [node.additionalProperties] : []), ...(node.items === undefined ? [] : [node.items]), ...(node.anyOf ?? [])];
  return [...Object.keys(node.properties ?? {}), ...below.flatMap(keysOf)];
}

it('REQ-A10 the pages on configuration and execution name every key of the schema', () => {
  const pages = ['configuration.md', 'concepts/execution.md'].map((name) => readFileSync(new URL(`../../../../docs/${name}`, import.meta.url), 'utf8')).join('\n');
  const keys = [...new Set(keysOf(configJsonSchema() as Node))];
  expect(keys.length).toBeGreaterThan(40);
  expect(keys.filter((key) => key !== '$schema' && !pages.includes(key))).toEqual([]);
});
