import { parentPort, workerData } from 'node:worker_threads';
import { type DatasetPart, generatePart } from './dataset-part.ts';
import type { StreamDigest } from './stream-hasher.ts';

/** What a worker says: how far it is, or what it made. A failure ends the thread with its error. */
export type WorkerMessage = { readonly type: 'progress'; readonly time: number } | { readonly type: 'done'; readonly digests: readonly StreamDigest[] };

const port = parentPort!;
const send = (message: WorkerMessage): void => port.postMessage(message);
const digests = await generatePart(workerData as DatasetPart, { onProgress: (time) => send({ type: 'progress', time }), checkAborted: () => {} });
send({ type: 'done', digests });
