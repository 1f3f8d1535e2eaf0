import { getHeapStatistics } from 'node:v8';

export interface Report {
  readonly requestId: string;
  readonly milliseconds: number;
  readonly memoryMb: number;
  /** How long the module took to load, when this invocation loaded it. */
  readonly initMilliseconds?: number;
  readonly status?: 'timeout' | 'error';
}

const MB = 1024 * 1024;

/**
 * The line Lambda writes to a function's log after each invocation. Functions share one process here, so the memory used is the
 * heap of all of them: never less than what this one used. https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
 */
export function reportLine({ requestId, milliseconds, memoryMb, initMilliseconds, status }: Report): string {
  const fields = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${milliseconds.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(milliseconds + (initMilliseconds ?? 0))} ms`,
    `Memory Size: ${memoryMb} MB`,
    `Max Memory Used: ${Math.ceil(getHeapStatistics().used_heap_size / MB)} MB`,
    ...(initMilliseconds === undefined ? [] : [`Init Duration: ${initMilliseconds.toFixed(2)} ms`]),
    ...(status === undefined ? [] : [`Status: ${status}`]),
  ];
  return `${fields.join('\t')}\n`;
}
