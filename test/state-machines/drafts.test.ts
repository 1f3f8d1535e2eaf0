import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { draftsIn, whyDraft } from '../../state-machines/drafts/drafts-in.ts';

const root = path.join(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'drafts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const text = (...open: readonly string[]): string =>
  [
    'name: spring',
    'triggers:',
    '  - signal: A',
    'topic: offers',
    'steps:',
    '  - id: mail',
    ...open.map((each) => `    incomplete: ${each}`),
    '  - end: done',
  ].join('\n');

const write = (name: string, content: string): void => {
  mkdirSync(path.join(folder, name), { recursive: true });
  writeFileSync(path.join(folder, name, 'journey.draft.yaml'), content);
};

describe('a draft', () => {
  test('is named with every place that is open in it', () => {
    write('spring', text('[Pinpoint activity a has no template., Pinpoint activity a has no topic.]'));
    write('ready', text());
    const [ready, spring] = draftsIn(folder);
    expect(spring).toMatchObject({
      name: 'spring',
      faults: [
        { line: 7, column: 5, message: 'Pinpoint activity a has no template.' },
        { line: 7, column: 5, message: 'Pinpoint activity a has no topic.' },
      ],
    });
    expect(whyDraft(spring!)).toBe(
      'spring is a draft and is not published: complete 2 places, then rename it to journey.yaml.',
    );
    expect(whyDraft(ready!)).toBe('ready is a draft, but nothing is open in it: rename it to journey.yaml.');
  });

  test('is told by npm run compile, and keeps no other journey from being compiled', () => {
    const copy = path.join(folder, 'repository');
    const isKept = (file: string): boolean =>
      path.basename(file) === 'cart-abandonment' || !existsSync(path.join(file, 'journey.yaml'));
    cpSync(path.join(root, 'state-machines'), path.join(copy, 'state-machines'), { recursive: true, filter: isKept });
    for (const part of ['core', 'node_modules', 'package.json'])
      symlinkSync(path.join(root, part), path.join(copy, part));
    cpSync(path.join(folder, 'spring'), path.join(copy, 'state-machines/spring'), { recursive: true });
    const { status, stdout, stderr } = spawnSync(process.execPath, ['state-machines/compile.ts'], {
      cwd: copy,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    });
    expect(stderr).toContain('spring is a draft and is not published: complete 2 places');
    expect(stderr).toContain('state-machines/spring/journey.draft.yaml:7:5');
    expect(stdout).toMatch(/✓ cart-abandonment: /);
    expect(status).toBe(0);
  }, 30_000);
});
