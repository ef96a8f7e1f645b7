// A worker thread that runs the engine of `trading-engine.ts`, from the bundle it is given, over a catalog and posts the hash of the journal.
import { parentPort, workerData } from 'node:worker_threads';

const { tradingEngine } = await import(workerData.bundle);
const { journalHash } = await (await tradingEngine(workerData.folder)).run();
parentPort.postMessage(journalHash);
