import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../../../shared/data/', import.meta.url));
const folders: string[] = [];

/** Files of a recorded data set beside the project, sorted. */
export function recordedFiles(dataset: string, pattern: RegExp = /\.(gz|zip)$/): string[] {
  return fs.readdirSync(path.join(ROOT, dataset), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name)).map((entry) => path.join(entry.parentPath, entry.name)).sort();
}

/** Tests on recorded data; where it is not beside the project they are reported as skipped, with the reason. */
export function describeRecorded(dataset: string, title: string, tests: () => void): void {
  const isThere = fs.existsSync(path.join(ROOT, dataset));
  describe(title, () => {
    if (isThere) tests();
    else it.skip(`skipped: shared/data/${dataset} is not beside the project`, () => { /* nothing to read */ });
  });
}

/** A folder of its own, removed after the file's tests. */
export function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'arb-import-'));
  folders.push(folder);
  return folder;
}

afterAll(() => { for (const folder of folders.splice(0)) fs.rmSync(folder, { recursive: true, force: true }); });
