import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { FileJournal, TeeJournal } from '../../src/node/file-journal.ts';
import { HashJournal } from '../../src/node/hash-journal.ts';

const folders: string[] = [];
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'arb-journal-'));
  folders.push(made);
  return made;
};
afterEach(() => { for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true }); });
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('file journal', () => {
  it('has its final name only when complete', () => {
    const path = join(folder(), 'journal.bin');
    const journal = new FileJournal(path);
    journal.append(bytes('hello, ignored'), 5);
    journal.append(bytes(' world'), 6);
    expect([existsSync(path), existsSync(`${path}.tmp`)]).toEqual([false, true]);
    journal.close();
    journal.close();
    expect([readFileSync(path, 'utf8'), existsSync(`${path}.tmp`)]).toEqual(['hello world', false]);
  });

  it('a failed run leaves no journal behind', () => {
    const path = join(folder(), 'journal.bin');
    const journal = new FileJournal(path);
    journal.append(bytes('half'), 4);
    journal.discard();
    journal.discard();
    expect([existsSync(path), existsSync(`${path}.tmp`)]).toEqual([false, false]);
  });

  it('says which file cannot be made and the way out', () => {
    const path = join(folder(), 'missing', 'journal.bin');
    expect(() => new FileJournal(path)).toThrow(new RegExp(`cannot write the journal .*missing.*--out`));
  });

  it('hash and file see the same bytes', () => {
    const path = join(folder(), 'journal.bin');
    const file = new FileJournal(path);
    const hash = new HashJournal();
    const both = new TeeJournal([file, hash]);
    both.append(bytes('abcdef'), 3);
    file.close();
    expect([readFileSync(path, 'utf8'), hash.bytes, hash.digest()]).toEqual(['abc', 3, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad']);
  });
});
