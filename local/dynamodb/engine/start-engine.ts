import { join } from 'node:path';
import { dataFolder } from './data-folder.ts';
import { engineBinary } from './engine-binary.ts';
import { engineClient, type EngineClient } from './engine-client.ts';
import { spawnEngine } from './spawn-engine.ts';

export interface Engine extends Pick<EngineClient, 'call'> {
  readonly endpoint: string;
  /** The engine's SQLite file; `undefined` when it is not ours. */
  readonly databasePath?: string;
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
    const client = engineClient(endpoint);
    return { endpoint, call: client.call, stop: async () => client.close() };
  }
  const data = dataFolder(folder);
  const databasePath = join(data.path, 'dynamodb.sqlite');
  const child = await spawnEngine(engineBinary(note), databasePath);
  const client = engineClient(`http://127.0.0.1:${child.port}`);
  let stopping = false;
  void child.ended.then((said) => {
    if (!stopping) note(`The local DynamoDB ended unexpectedly; start again. ${said.trim()}`);
  });
  return {
    endpoint: `http://127.0.0.1:${child.port}`,
    databasePath,
    call: client.call,
    async stop() {
      stopping = true;
      client.close();
      await child.stop();
      data.release();
    },
  };
}
