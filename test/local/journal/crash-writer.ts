// Writes records for ever, printing each number once it is durable. The test kills it.
import { openJournal } from '../../../local/journal/open-journal.ts';

const journal = openJournal(process.argv[2] ?? '');
for (let n = 0; ; n += 1) {
  journal.put('n', String(n), { n });
  journal.put('last', 'n', n);
  await journal.durable();
  process.stdout.write(`${n}\n`);
}
