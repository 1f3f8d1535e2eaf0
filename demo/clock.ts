import { styleText } from 'node:util';
import { awsEndpoint } from './bus.ts';
import { groundApi } from './ground-api.ts';
import { sayMessage, sayTime } from './timeline.ts';

/** `npm run clock` tells the virtual time; `npm run clock -- 4h` lets it pass and shows what was sent meanwhile. */
const units: Readonly<Record<string, string>> = { s: 'S', m: 'M', h: 'H', d: 'D' };

const isoDuration = (text: string): string => {
  if (text.startsWith('P')) return text;
  const [, amount, unit = ''] = /^(\d+)\s*([smhd])[a-z]*$/.exec(text) ?? [];
  const letter = units[unit];
  if (amount === undefined || letter === undefined)
    throw new Error(`"${text}" is no duration. Write 4h, 30m, 2d or PT4H.`);
  return letter === 'D' ? `P${amount}D` : `PT${amount}${letter}`;
};

const ground = groundApi(awsEndpoint());

const pass = async (text: string): Promise<void> => {
  const duration = isoDuration(text);
  const before = new Set((await ground.outbox()).map(({ id }) => id));
  const now = await ground.advance(duration);
  const fresh = (await ground.outbox()).filter(({ id }) => !before.has(id));
  for (const message of fresh) console.log(sayMessage(message, message.to.split('@')[0] ?? ''));
  console.log(
    `  ${styleText('bold', sayTime(now))}, ${fresh.length === 0 ? 'nothing was sent' : `${fresh.length} sent`}`,
  );
};

const [text] = process.argv.slice(2);
try {
  if (text === undefined) console.log(`  ${styleText('bold', sayTime(await ground.now()))}`);
  else await pass(text);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
