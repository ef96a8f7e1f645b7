import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeFolders, requireWritable } from '@arb/core/internal';

const root = mkdtempSync(join(tmpdir(), 'arb-folders-'));
afterAll(() => { rmSync(root, { recursive: true, force: true }); });

describe('folders for results', () => {
  it('are made with all above them, and again without harm', () => {
    const folder = join(root, 'a/b/c');
    makeFolders(folder);
    makeFolders(folder);
    expect(statSync(folder).isDirectory()).toBe(true);
  });

  it('a place that is there or can be made is said to be writable, and nothing is made for it', () => {
    requireWritable(root);
    requireWritable(join(root, 'x/y'));
    expect(existsSync(join(root, 'x'))).toBe(false);
  });

  it('under a file: refused with the file named', () => {
    const file = join(root, 'file');
    writeFileSync(file, '');
    for (const refuse of [makeFolders, requireWritable]) expect(() => { refuse(join(file, 'x/y')); }).toThrow(`cannot write to ${join(file, 'x/y')}: ${file} is a file; name another place`);
  });

  it.skipIf(!existsSync('/proc/self'))('where the system makes none: refused at once, where Node\'s recursive way hangs', () => {
    expect(() => { makeFolders('/proc/arb/catalog'); }).toThrow(/^cannot write to \/proc\/arb\/catalog: .*; name another place$/);
  });
});
