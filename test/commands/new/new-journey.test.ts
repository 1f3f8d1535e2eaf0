import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newJourney } from '../../../commands/new/new-journey.ts';

const repository = path.join(import.meta.dirname, '../../..');
const run = promisify(execFile);
let root: string;

/** A house with a story room and topics, and no journey yet. */
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'segue-new-'));
  for (const folder of ['state-machines', 'test/stories']) mkdirSync(path.join(root, folder), { recursive: true });
  for (const file of ['state-machines/topics.yaml', 'test/stories/river.ts', 'test/stories/machine.ts', 'package.json'])
    cpSync(path.join(repository, file), path.join(root, file));
  for (const folder of [
    'core',
    'functions',
    'local',
    'node_modules',
    'test/functions',
    'state-machines/compiler',
    'state-machines/messages',
  ])
    symlinkSync(path.join(repository, folder), path.join(root, folder));
});
afterEach(() => rmSync(root, { recursive: true }));

describe('npm run new -- journey', () => {
  test('writes a journey, a message and a story, compiled', async () => {
    expect(await newJourney(root, 'trial-ending')).toEqual({
      files: [
        'state-machines/trial-ending/journey.yaml',
        'state-machines/trial-ending/messages/hello.email.mjml',
        'test/stories/trial-ending.story.test.ts',
        'state-machines/trial-ending/journey.asl.json',
        'state-machines/trial-ending/journey.json',
      ],
      story: 'test/stories/trial-ending.story.test.ts',
    });
    const written = readFileSync(path.join(root, 'state-machines/trial-ending/journey.yaml'), 'utf8');
    expect(written).toContain('name: trial-ending\n');
    expect(written).toContain('signal: Trial Ending }');
  });

  test('the story passes as it is, and is formatted, also under the longest name', async () => {
    const made = await newJourney(root, 'a'.repeat(40));
    if ('refusal' in made) throw new Error(made.refusal);
    const bin = path.join(repository, 'node_modules/.bin');
    const at = { cwd: root };
    const { stdout } = await run(path.join(bin, 'vitest'), ['run', '--root', root, made.story], at);
    expect(stdout).toMatch(/6 passed/);
    cpSync(path.join(repository, '.oxfmtrc.json'), path.join(root, '.oxfmtrc.json'));
    await run(path.join(bin, 'oxfmt'), ['--check', made.story], at);
  });

  test('a name that is none is refused, with one that would do', async () => {
    expect(await newJourney(root, 'Trial Ending!')).toEqual({
      refusal:
        'A journey cannot be called `Trial Ending!`: its name is lower-case words with hyphens, 40 letters at most. Did you mean `trial-ending`?',
    });
    expect(await newJourney(root, '…')).toMatchObject({ refusal: expect.stringContaining('Write one such as') });
  });

  test('what is there is not written over', async () => {
    await newJourney(root, 'trial-ending');
    expect(await newJourney(root, 'trial-ending')).toEqual({
      refusal: 'There is a state-machines/trial-ending already; choose another name.',
    });
    rmSync(path.join(root, 'state-machines/trial-ending'), { recursive: true });
    expect(await newJourney(root, 'trial-ending')).toEqual({
      refusal: 'There is a test/stories/trial-ending.story.test.ts already; choose another name.',
    });
    expect(existsSync(path.join(root, 'state-machines/trial-ending'))).toBe(false);
  });

  test('whatever is refused leaves nothing behind, and no name leads out of the house', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string(), fc.constantFrom('../x', 'a/b', '', '-a', 'A', 'a'.repeat(41))),
        async (name) => {
          fc.pre(!/^[a-z][a-z0-9-]{0,39}$/.test(name));
          expect(await newJourney(root, name)).toHaveProperty('refusal');
          expect(existsSync(path.join(root, 'state-machines', 'x'))).toBe(false);
        },
      ),
    );
  });
});
