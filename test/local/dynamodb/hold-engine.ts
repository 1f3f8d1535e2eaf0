// Starts the engine in memory, says where, and waits to be killed.
import { startEngine } from '../../../local/dynamodb/engine/start-engine.ts';

const engine = await startEngine({ folder: ':memory:', note: () => {} });
process.stdout.write(`${engine.endpoint} ${engine.databasePath}\n`);
setInterval(() => {}, 1000);
