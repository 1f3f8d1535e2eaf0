import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEngine } from '../../../local/dynamodb/engine/start-engine.ts';
import { openJournal } from '../../../local/journal/open-journal.ts';

const folder = mkdtempSync(join(tmpdir(), 'damaged-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let copies = 0;
const copyOf = (data: string): string => {
  const copy = join(folder, `copy-${(copies += 1)}`);
  cpSync(data, copy, { recursive: true });
  return copy;
};

/** Runs a writer until it has acknowledged so many writes, then kills it, as a power cut would. */
const killedAfter = async (writer: string, data: string, acknowledged: number): Promise<number> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, writer), data], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += String(chunk);
    if (said.split('\n').length > acknowledged) child.kill('SIGKILL');
  });
  await once(child, 'exit');
  return said.split('\n').filter(Boolean).length;
};

type Damage = { readonly kind: 'cut' | 'garble'; readonly bytes: number };
const damage: fc.Arbitrary<Damage> = fc.record({
  kind: fc.constantFrom('cut', 'garble'),
  bytes: fc.integer({ min: 1, max: 40_000 }),
});

const apply = (file: string, { kind, bytes }: Damage): void => {
  const { size } = statSync(file);
  const from = Math.max(0, size - bytes);
  if (kind === 'cut') return truncateSync(file, from);
  const whole = readFileSync(file);
  for (let at = from; at < size; at += 1) whole[at] = (whole[at] ?? 0) ^ 0x5a;
  writeFileSync(file, whole);
};

describe('a journal whose log was damaged after a power cut', () => {
  const data = join(folder, 'journal');
  let acknowledged = 0;
  beforeAll(async () => {
    acknowledged = await killedAfter('journal-writer.ts', data, 60);
  });

  /** How many records are there, or why it was refused. */
  const opened = (file: string): number | string => {
    try {
      const journal = openJournal(file);
      const kept = [...journal.all('n')].length;
      journal.close();
      return kept;
    } catch (error) {
      return String(error);
    }
  };
  const isHonest = (found: number | string): boolean =>
    typeof found === 'number'
      ? found >= acknowledged
      : /The journal \S+journal\.sqlite is damaged .* delete that folder/.test(found);

  test('has everything it acknowledged when nothing is damaged', () => {
    const journal = openJournal(join(copyOf(data), 'journal.sqlite'));
    expect([...journal.all('n')].length).toBeGreaterThanOrEqual(acknowledged);
    journal.close();
  });

  test('has it all, or is refused by name with the way out, every time it is opened: never silently less', () => {
    fc.assert(
      fc.property(damage, (how) => {
        const file = join(copyOf(data), 'journal.sqlite');
        apply(`${file}-wal`, how);
        for (let attempt = 0; attempt < 2; attempt += 1) expect(opened(file)).toSatisfy(isHonest);
      }),
      { numRuns: 40 },
    );
  });

  test('a write cut short that nobody was promised is forgotten', () => {
    const file = join(copyOf(data), 'journal.sqlite');
    writeFileSync(`${file}-wal`, Buffer.concat([readFileSync(`${file}-wal`), Buffer.alloc(3000, 0x5a)]));
    const journal = openJournal(file);
    expect([...journal.all('n')].length).toBeGreaterThanOrEqual(acknowledged);
    journal.close();
  });

  test('a journal that was deleted beside what belongs to it is not begun anew', () => {
    const file = join(copyOf(data), 'journal.sqlite');
    rmSync(file);
    rmSync(`${file}-wal`);
    expect(() => openJournal(file)).toThrow('commits it acknowledged');
  });
});

describe('the tables, when the log of their engine was damaged after a power cut', () => {
  const data = join(folder, 'tables');
  const note = (): void => undefined;
  const countIn = async (copy: string): Promise<number> => {
    const engine = await startEngine({ folder: copy, note });
    const { Count } = await engine.call('DynamoDB_20120810.Scan', { TableName: 'rows', Select: 'COUNT' });
    await engine.stop();
    return Number(Count);
  };
  let acknowledged = 0;
  beforeAll(async () => {
    acknowledged = await killedAfter('table-writer.ts', data, 30);
    // The engine ends a moment after the one who started it.
    await sleep(300);
  });

  test('have everything that was acknowledged when nothing is damaged', async () => {
    expect(await countIn(copyOf(data))).toBeGreaterThanOrEqual(acknowledged);
  });

  test('are refused by name with the way out, every time they are opened', async () => {
    await fc.assert(
      fc.asyncProperty(damage, async (how) => {
        const copy = copyOf(data);
        const file = join(copy, 'dynamodb.sqlite');
        apply(`${file}-wal`, how);
        for (let attempt = 0; attempt < 2; attempt += 1)
          await expect(startEngine({ folder: copy, note })).rejects.toThrow(
            `The local DynamoDB's log ${file}-wal is damaged`,
          );
      }),
      { numRuns: 3 },
    );
  });

  test('the whole log may be gone: that is not an empty database', async () => {
    const copy = copyOf(data);
    rmSync(join(copy, 'dynamodb.sqlite-wal'));
    await expect(startEngine({ folder: copy, note })).rejects.toThrow('are sound');
  });
});
