// The same tape under many settings, on so many worker threads at once: columns are shared, results come in the order of the settings whoever was first.
import { Worker } from 'node:worker_threads';

const WORKER = new URL('quoting-worker.mjs', import.meta.url);

/** Figures of one run for each of `settings`; `bundle` is the address of a bundle of `quoting-run.ts`. */
export async function sweep(settings, { bundle, chunks, threads }) {
  const results = [];
  let next = 0;
  const pool = Array.from({ length: threads }, () => new Worker(WORKER, { workerData: { bundle, chunks } }));
  const work = (worker) => new Promise((resolve, reject) => {
    let at = -1;
    const take = () => {
      if (next >= settings.length) { resolve(); return; }
      at = next++;
      worker.postMessage(settings[at]);
    };
    worker.on('error', reject);
    worker.on('message', (figures) => { results[at] = figures; take(); });
    take();
  });
  try { await Promise.all(pool.map(work)); } finally { await Promise.all(pool.map((worker) => worker.terminate())); }
  return results;
}
