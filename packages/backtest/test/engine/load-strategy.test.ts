import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { loadModule } from '../../src/engine/load-strategy.js';

const folder = mkdtempSync(join(tmpdir(), 'arb-load-'));
afterAll(() => { rmSync(folder, { recursive: true }); });

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

it('TypeScript that Node itself refuses loads alike on Node 20, 22 and 24: enums, parameter properties, imports that end in .js', async () => {
  write('side.ts', "export enum Side { long = 'LONG' }\nexport class Leg { constructor(readonly side: Side) {} }\n");
  const module = await loadModule(write('leg.ts', "import { Leg, Side } from './side.js';\nexport const leg = new Leg(Side.long);\n"));
  expect(module['leg']).toEqual({ side: 'LONG' });
});
