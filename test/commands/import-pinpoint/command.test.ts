import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');
const folder = mkdtempSync(path.join(tmpdir(), 'import-pinpoint-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (...input: readonly string[]) =>
  spawnSync(process.execPath, [path.join(root, 'commands/import-pinpoint.ts'), ...input], {
    encoding: 'utf8',
    cwd: folder,
  });
const saved = (name: string) => path.join(import.meta.dirname, 'saved', name);

describe('npm run import:pinpoint', () => {
  it('writes nothing when one of the files is wrong, and says where', () => {
    writeFileSync(path.join(folder, 'wrong.json'), '{"Name":"j","RefreshFrequency":"often"}');
    const { status, stderr, stdout } = run(
      saved('crossing-paths.journey.json'),
      'wrong.json',
      'nowhere.json',
      '--out',
      'none',
    );
    expect(status).toBe(1);
    expect(stderr).toContain('wrong.json:1:32 RefreshFrequency\n  "often": this should be an ISO 8601 duration');
    expect(stderr).toContain('nowhere.json:1:1\n  This file cannot be read.');
    expect(stderr).toContain('2 mistakes; nothing was written.');
    expect([stdout, existsSync(path.join(folder, 'none'))]).toEqual(['', false]);
  });

  it('writes over nothing unless it is told to', () => {
    const files = [saved('crossing-paths.journey.json'), saved('segments.json')];
    expect(run(...files, '--out', 'here').status).toBe(0);
    const journey = path.join(folder, 'here/crossing-paths');
    // Without its templates it is a draft.
    expect(readdirSync(journey).toSorted()).toEqual(['import-report.md', 'journey.draft.yaml']);
    const again = run(...files, '--out', 'here');
    expect([again.status, again.stderr]).toEqual([1, expect.stringContaining('--force writes over it')]);
    const templates = ['we-miss-you', 'still-there', 'nudge'].map((name) => saved(`${name}.template.json`));
    expect(run(...files, ...templates, '--out', 'here', '--force').status).toBe(0);
    expect(readdirSync(journey).toSorted()).toEqual(['import-report.md', 'journey.yaml', 'messages']);
  });

  it('says the same as JSON, for programs', () => {
    const { stdout } = run(saved('nudge.template.json'), '--out', 'json', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      drafts: [],
      written: ['json/pinpoint-templates/messages/nudge.push.liquid', 'json/pinpoint-templates/import-report.md'],
    });
  });
});
