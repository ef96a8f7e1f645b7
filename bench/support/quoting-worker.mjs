// A worker thread that runs what it is sent on the tape it was given, with the bundle of `quoting-run.ts` that it was given: { options } in, figures out.
import { parentPort, workerData } from 'node:worker_threads';

const { quotingRun } = await import(workerData.bundle);
parentPort.on('message', (options) => { parentPort.postMessage(quotingRun(workerData.chunks, options)); });
