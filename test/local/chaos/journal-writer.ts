// Writes records for ever, a line for each that is durable. The test kills it.
import { join } from 'node:path';
import { openJournal } from '../../../local/journal/open-journal.ts';

const journal = openJournal(join(process.argv[2] ?? '', 'journal.sqlite'));
for (let n = 0; ; n += 1) {
  journal.put('n', String(n), { text: 'x'.repeat(200) });
  await journal.durable();
  process.stdout.write(`${n}\n`);
}
