import { parentPort, workerData } from 'node:worker_threads';
import { rangeSimulator } from './simulate-range.ts';

/** A thread that carries the ranges it is sent, one after the other. */
const simulate = rangeSimulator(workerData);
parentPort?.on('message', (range) => parentPort?.postMessage(simulate(range), []));
