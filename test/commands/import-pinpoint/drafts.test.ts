import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import validate from 'asl-validator';
import { compileJourney, machineProblems } from '#compiler';
import { afterAll, describe, expect, it } from 'vitest';
import { parse, parseDocument } from 'yaml';
import { draftFaults } from '../../../state-machines/drafts/draft-faults.ts';
import { incompletePlaces } from '../../../state-machines/drafts/incomplete-places.ts';
import type { Import } from '../../../commands/import-pinpoint/import-files.ts';
import { compileFolder } from '../../../state-machines/compile-folder.ts';
import {
  checked,
  completedSample,
  hasSample,
  imported,
  journeyOf,
  sampleFile,
  savedFiles,
  textOf,
  topics,
} from './imported.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'imported-journeys-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const written = (result: Import, journey: string): string => {
  for (const { path: file, text } of result.outputs) {
    const whole = path.join(folder, file);
    mkdirSync(path.dirname(whole), { recursive: true });
    writeFileSync(whole, text);
  }
  return path.join(folder, journey);
};

describe.skipIf(!hasSample)('the draft of the Pinpoint guide’s example', () => {
  const name = 'example-corp-new-subscriber-journey';
  const draft = () => textOf(imported([sampleFile()]), `${name}/journey.draft.yaml`);

  it('is refused with a place for every activity that is not complete', () => {
    const faults = draftFaults(draft());
    const activities = faults.map(({ message }) => /^Pinpoint activity (\w+)/.exec(message)?.[1]);
    expect(new Set(activities)).toEqual(
      new Set([
        '0roHkysnX3',
        'p1gOHvWOhc',
        '12LUtDeRst',
        'Viv6yKziaa',
        '1tvNWcuvXK',
        'nMvVg72WFd',
        'HSGfxJ6itl',
        '3l1znWgu9N',
      ]),
    );
    const lines = draft().split('\n');
    for (const { line } of faults) expect(lines[line - 1]).toContain('incomplete:');
  });

  it('cannot be published under the name of a journey either', () => {
    const { journey, problems = [] } = checked(imported([sampleFile()]), name, `${name}/journey.draft.yaml`);
    expect(journey).toBeUndefined();
    const open = incompletePlaces(parse(draft()));
    // Each place is refused: where the mark is, or at what is missing beside it.
    const told = problems.map((problem) => problem.path.join('.'));
    const steps = open.map(({ path: place }) => place.slice(0, -1).join('.'));
    expect(steps.filter((step) => !told.some((each) => each.startsWith(step)))).toEqual([]);
  });
});

describe('a journey that was completed', () => {
  const compiled = async (result: Import, journey: string) => {
    const done = await compileFolder(written(result, journey), { ...topics });
    return 'faults' in done
      ? done.faults.map(({ file, line, message }) => `${path.basename(file)}:${line} ${message}`)
      : done.files.map(({ file }) => path.basename(file));
  };

  it.skipIf(!hasSample)('compiles with its messages, as the example does', async () => {
    expect(await compiled(imported(completedSample()), 'example-corp-new-subscriber-journey')).toEqual([
      'journey.asl.json',
      'journey.json',
    ]);
  });

  it.each(['lapsed-buyers-2026', 'order-follow-up', 'crossing-paths'])('compiles, as %s does', async (name) => {
    expect(await compiled(imported(savedFiles()), name)).toEqual(['journey.asl.json', 'journey.json']);
    expect(draftFaults(textOf(imported(savedFiles()), `${name}/journey.yaml`))).toEqual([]);
  });

  it.each(['lapsed-buyers-2026', 'order-follow-up', 'crossing-paths'])('is valid on AWS, as %s is', (name) => {
    const machine = compileJourney(journeyOf(imported(savedFiles()), name));
    expect([validate(machine).errors, machineProblems(machine)]).toEqual([[], []]);
  });

  it('is YAML without aliases, each step under a comment that says what it was', () => {
    const text = textOf(imported(savedFiles()), 'lapsed-buyers-2026/journey.yaml');
    expect(parseDocument(text).errors).toEqual([]);
    expect(text).not.toMatch(/[&*]a\d/);
    expect(text).toContain('# ConditionalSplit b1: Did it bounce?');
  });
});
