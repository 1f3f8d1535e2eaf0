import { readOptions } from './preview/options.ts';
import { writePreview } from './preview/write-preview.ts';

/** `npm run preview -- JOURNEY MESSAGE`: what one customer would get, as files; nothing is sent or opened. */
const { journey, message, options } = readOptions(process.argv);
const { lines, isComplete } = await writePreview(journey, message, options);

(isComplete ? process.stdout : process.stderr).write(`${lines.join('\n')}\n`);
if (!isComplete) process.exitCode = 1;
