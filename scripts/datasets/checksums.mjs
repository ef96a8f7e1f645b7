// Writes SHA256SUMS of a data set: one line per file of its catalog, as `sha256sum -c` reads it.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Every file below `folder`, relative to it, sorted. */
export function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort();
}

/** Writes `<dataset>/SHA256SUMS` for the files of `<dataset>/catalog`. */
export function writeChecksums(dataset) {
  const lines = filesBelow(path.join(dataset, 'catalog')).map((file) => {
    const hash = createHash('sha256').update(readFileSync(path.join(dataset, 'catalog', file))).digest('hex');
    return `${hash}  catalog/${file}\n`;
  });
  writeFileSync(path.join(dataset, 'SHA256SUMS'), lines.join(''));
  return lines.length;
}
