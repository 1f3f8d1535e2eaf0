import path from 'node:path';
import { styleText } from 'node:util';
import { startGround } from '../local/ground.ts';
import { groundApi } from './ground-api.ts';
import { readOptions } from './options.ts';
import { playDemo } from './play.ts';
import { assemblyFor } from './synthesize.ts';
import { republishOnSave } from './republish.ts';

/** `npm start`: the whole product on this machine, with a demo. */
const root = path.join(import.meta.dirname, '..');
const [major = 0] = process.versions.node.split('.').map(Number);
const say = (line = ''): void => console.log(line);

const welcome = (aws: string, http: string): void => {
  say();
  say(`  ${styleText('bold', 'Segue')} is up.`);
  say(`  ${styleText('dim', 'page')}   ${http}`);
  say(`  ${styleText('dim', 'AWS')}    AWS_ENDPOINT_URL=${aws}`);
};

const tryNext = (aws: string, http: string): void => {
  const entry = JSON.stringify([
    {
      EventBusName: 'segue',
      Source: 'shop',
      DetailType: 'Product Added',
      Detail: JSON.stringify({
        userId: 'me',
        event: 'Product Added',
        properties: { cart_id: '7', product_id: 'mug', name: 'Mug', price: 9 },
      }),
    },
  ]);
  say(`\n  ${styleText('bold', 'Try next')}, in another terminal`);
  const there = aws === 'http://127.0.0.1:4566' ? '' : `AWS_ENDPOINT_URL=${aws} `;
  say(`    ${there}npm run signal -- cart --customer me`);
  say(`    ${there}npm run clock -- 4h`);
  say(`    ${aws}/_local/outbox   ${styleText('dim', `or look at ${http}`)}`);
  say('    or, as any source system would:');
  say(`    AWS_ENDPOINT_URL=${aws} AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=me AWS_SECRET_ACCESS_KEY=me \\`);
  say(`      aws events put-events --entries '${entry}'`);
  say(`\n  ${styleText('dim', 'Saved journeys and messages are live at once. Ctrl-C ends everything.')}\n`);
};

const main = async (): Promise<void> => {
  if (major < 24)
    throw new Error(
      `This is Node ${process.versions.node}; Segue brings Node 24 along. Start it with npm start, after npm rebuild node.`,
    );
  const options = readOptions(process.argv);
  const ground = await startGround({
    assembly: await assemblyFor(root, say, options.context),
    data: options.memory ? undefined : path.resolve(root, options.data),
    clock: options.clock,
    start: Date.parse('2026-01-05T09:00:00Z'),
    awsPort: options.awsPort,
    httpPort: options.httpPort,
    page: path.join(root, 'console'),
    note: (line) => say(styleText('dim', `  ${line}`)),
  });
  const stop = (): void => void ground.stop().finally(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  welcome(ground.awsUrl, ground.httpUrl);
  if (options.demo && options.clock === 'virtual') {
    say(`\n  ${styleText('bold', 'cart-abandonment')}, on a virtual clock\n`);
    await playDemo({ aws: ground.awsUrl, ground: groundApi(ground.awsUrl), say });
  }
  republishOnSave(ground, path.join(root, 'state-machines'), (line) => say(`  ${line}`));
  tryNext(ground.awsUrl, ground.httpUrl);
};

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
