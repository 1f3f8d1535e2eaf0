import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { dataFolder } from './data-folder.ts';
import { engineBinary } from './engine-binary.ts';
import { engineClient, type EngineClient } from './engine-client.ts';
import { httpPost } from './http-post.ts';
import { lostWrites } from './lost-writes.ts';
import { oneCommit } from './one-commit.ts';
import { pipelinedPost } from './pipelined-post.ts';
import { spawnEngine } from './spawn-engine.ts';
import { type StreamFile, streamFile } from './stream-file.ts';

export interface Engine extends Pick<EngineClient, 'call'> {
  readonly endpoint: string;
  /** The engine's SQLite file; `undefined` when it is not ours. */
  readonly databasePath?: string;
  /** The records of its streams; `undefined` when it is not ours. */
  readonly records?: Pick<StreamFile, 'after' | 'newest'>;
  stop(): Promise<void>;
}

export interface EngineOptions {
  /** Where the data is kept, or `:memory:` for none. */
  readonly folder: string;
  /** Another DynamoDB to use instead (`DYNAMODB_ENDPOINT`). */
  readonly endpoint?: string;
  readonly note: (line: string) => void;
}

/** Starts the DynamoDB engine as a child process on a free loopback port. It ends with this process, however that ends. */
export async function startEngine({ folder, endpoint, note }: EngineOptions): Promise<Engine> {
  if (endpoint) {
    const client = engineClient(httpPost(endpoint));
    return { endpoint, call: client.call, stop: async () => client.close() };
  }
  const data = dataFolder(folder);
  const databasePath = join(data.path, 'dynamodb.sqlite');
  await refuseLostWrites(databasePath);
  const child = await spawnEngine(engineBinary(note), databasePath);
  const client = engineClient(pipelinedPost(`http://127.0.0.1:${child.port}`));
  const records = streamFile(databasePath);
  let stopping = false;
  void child.ended.then((said) => {
    if (!stopping) note(`The local DynamoDB ended unexpectedly; start again. ${said.trim()}`);
  });
  return {
    endpoint: `http://127.0.0.1:${child.port}`,
    databasePath,
    records,
    call: oneCommit(client.call),
    async stop() {
      stopping = true;
      client.close();
      records.close();
      await child.stop();
      data.release();
    },
  };
}

/** How long the engine of a run that was killed may take to end: its files change meanwhile. */
const ENDING_MS = 500;

async function refuseLostWrites(databasePath: string): Promise<void> {
  if (!lostWrites(databasePath)) return;
  await sleep(ENDING_MS);
  const lost = lostWrites(databasePath);
  if (!lost) return;
  throw new Error(
    `The local DynamoDB's log ${databasePath}-wal is damaged: of ${lost.written} pages written to it ${lost.sound} are sound, and ` +
      `rows that were acknowledged would be lost. Put the whole folder ${dirname(databasePath)} back from a copy, or delete that ` +
      `folder: the next start then begins with nothing.`,
  );
}
