import path from 'node:path';
import { styleText } from 'node:util';
import { newJourney } from './new/new-journey.ts';
import { readOptions } from './new/options.ts';

/** `npm run new -- journey NAME`: a journey, a message and a story to start from. */
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const { name } = readOptions(process.argv);
const made = await newJourney(path.join(import.meta.dirname, '..'), name);

if ('refusal' in made) {
  process.stderr.write(`${made.refusal}\nNothing was written.\n`);
  process.exitCode = 1;
} else {
  made.files.forEach((file) => say(`${styleText('green', '✓')} ${file}`));
  say(
    `\nChange journey.yaml and its message, then npm run compile. The story is told with\n  npx vitest run ${made.story}`,
  );
}
