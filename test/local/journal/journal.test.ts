import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { openJournal } from '../../../local/journal/open-journal.ts';

const folder = mkdtempSync(join(tmpdir(), 'journal-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const newFile = () => join(folder, 'new', `journal-${(files += 1)}.sqlite`);

const kinds = [
  { kind: 'on disk', open: () => openJournal(newFile()) },
  { kind: 'in memory', open: () => openJournal(':memory:') },
];

describe.each(kinds)('a journal $kind', ({ open }) => {
  test('shows at once what was put and removed', () => {
    const journal = open();
    journal.put('message', 'a', { text: 'hello' });
    journal.put('message', 'b', [1, null]);
    journal.put('other', 'a', 1);
    journal.remove('message', 'a');
    expect(journal.get('message', 'a')).toBeUndefined();
    expect([...journal.all('message')]).toEqual([['b', [1, null]]]);
    journal.close();
  });

  test('keeps the value as it was when put', () => {
    const journal = open();
    const value = { n: [1] };
    journal.put('k', 'a', value);
    value.n.push(2);
    expect(journal.get('k', 'a')).toEqual({ n: [1] });
    journal.close();
  });

  test('gives records in the order they were first written', async () => {
    const journal = open();
    for (const id of ['c', 'a', 'b']) journal.put('k', id, id);
    await journal.durable();
    journal.put('k', 'd', 'd');
    journal.put('k', 'c', 'again');
    expect([...journal.all('k')].map(([id]) => id)).toEqual(['c', 'a', 'b', 'd']);
    journal.close();
  });

  test('is read to its end by somebody who writes and waits meanwhile, each record once', async () => {
    const journal = open();
    const ids = Array.from({ length: 1_100 }, (_, n) => `r${n}`);
    for (const id of ids.slice(0, -2)) journal.put('k', id, id);
    await journal.durable();
    for (const id of ids.slice(-2)) journal.put('k', id, id);
    const read: string[] = [];
    for (const [id] of journal.all('k')) {
      read.push(id);
      journal.put('k', `new-${id}`, id);
      journal.put('k', id, 'again');
      if (id === 'r499') await journal.durable();
    }
    expect(read).toEqual(ids);
    expect([...journal.all('k')]).toHaveLength(2_200);
    journal.close();
  });

  test('agrees with a plain map whatever is written, removed and committed', async () => {
    const step = fc.record({
      id: fc.constantFrom('a', 'b', 'c'),
      value: fc.option(fc.jsonValue()),
      durable: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const journal = open();
        const model = new Map<string, string>();
        for (const { id, value, durable } of steps) {
          if (value === null) {
            journal.remove('k', id);
            model.delete(id);
          } else {
            journal.put('k', id, JSON.parse(JSON.stringify(value)));
            model.set(id, JSON.stringify(value));
          }
          if (durable) await journal.durable();
          const seen = Object.fromEntries([...journal.all('k')].map(([key, kept]) => [key, JSON.stringify(kept)]));
          expect(seen).toEqual(Object.fromEntries(model));
        }
        journal.close();
      }),
      { numRuns: 25 },
    );
  });

  test('a record may be removed while records are read', () => {
    const journal = open();
    for (const id of ['a', 'b', 'c']) journal.put('k', id, id);
    const seen: string[] = [];
    for (const [id] of journal.all('k')) {
      seen.push(id);
      journal.remove('k', id);
    }
    expect(seen).toEqual(['a', 'b', 'c']);
    expect([...journal.all('k')]).toEqual([]);
    journal.close();
  });
});

describe('a journal file', () => {
  test('has everything again after closing and opening', async () => {
    const file = newFile();
    const first = openJournal(file);
    first.put('k', 'a', 1);
    first.close();
    const second = openJournal(file);
    expect(second.get('k', 'a')).toBe(1);
    second.close();
  });

  test('commits the writes of many callers together', async () => {
    const journal = openJournal(newFile());
    const begun = performance.now();
    const callers = Array.from({ length: 2000 }, (_, n) => {
      journal.put('k', String(n), n);
      return journal.durable();
    });
    await Promise.all(callers);
    expect(performance.now() - begun).toBeLessThan(2000);
    journal.close();
  });

  test('keeps every acknowledged record when the process is killed', async () => {
    const file = newFile();
    const child = spawn(process.execPath, [join(import.meta.dirname, 'crash-writer.ts'), file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    await new Promise<void>((done) => {
      child.stdout.on('data', (data: Buffer) => {
        said += data.toString();
        if (said.split('\n').length > 50) child.kill('SIGKILL');
      });
      child.on('exit', () => done());
    });
    const acknowledged = said.split('\n').filter(Boolean).map(Number);
    const journal = openJournal(file);
    expect(acknowledged.length).toBeGreaterThanOrEqual(50);
    for (const n of acknowledged) expect(journal.get('n', String(n))).toEqual({ n });
    expect(journal.get('last', 'n')).toBe([...journal.all('n')].length - 1);
    journal.close();
  });

  test('a damaged file is named, with the way out', () => {
    const file = newFile();
    openJournal(file).close();
    writeFileSync(file, 'this is not a database, but a long enough text to look at');
    expect(() => openJournal(file)).toThrow(`The journal ${file} is damaged`);
    expect(() => openJournal(file)).toThrow('delete');
  });

  test('damage inside a file is found when it is opened', () => {
    const file = newFile();
    const journal = openJournal(file);
    for (let n = 0; n < 500; n += 1) journal.put('k', String(n), 'x'.repeat(200));
    journal.close();
    const bytes = readFileSync(file);
    bytes.fill(0xff, 4096, 12_288);
    writeFileSync(file, bytes);
    expect(() => openJournal(file)).toThrow(`The journal ${file} is damaged`);
  });

  test('two runs cannot share one file', () => {
    const file = newFile();
    const journal = openJournal(file);
    journal.put('k', 'a', 1);
    expect(() => openJournal(file)).toThrow('in use by another run');
    journal.close();
    openJournal(file).close();
  });
});
