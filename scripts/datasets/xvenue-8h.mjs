// Makes datasets/xvenue-8h/catalog from all_exchanges.csv.gz of github.com/AHA-HH/optimising-funding-rate-arbitrage (MIT).
//
//   npm run build && node scripts/datasets/xvenue-8h.mjs <folder with all_exchanges.csv.gz>
import { rmSync } from 'node:fs';
import path from 'node:path';
import { runImport } from '@arb/backtest';
import { writeChecksums } from './checksums.mjs';

const from = process.argv[2] ?? '../shared/data/xvenue-8h-ledger-2023-2024';
const dataset = 'datasets/xvenue-8h';

rmSync(path.join(dataset, 'catalog'), { recursive: true, force: true });
const summary = await runImport({ format: 'xvenue-8h', files: [path.join(from, 'all_exchanges.csv.gz')], to: path.join(dataset, 'catalog') });
console.log(JSON.stringify(summary, null, 2));
console.log(`${writeChecksums(dataset)} files`);
