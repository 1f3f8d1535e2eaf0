import { cpSync, globSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEvent } from '#core/signal';
import { describe, expect, test } from 'vitest';
import { readStage } from '../../infra/stage.ts';
import { compileFolder } from '../../state-machines/compile-folder.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const documents = ['README.md', ...globSync('docs/{*.md,*/*.md}', { cwd: root })].sort();
const readme = read('README.md');
const sourcesOf = (pattern: string): string => globSync(pattern, { cwd: root }).map(read).join('\n');
const all = (text: string, pattern: RegExp): readonly string[] => [
  ...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? '')),
];

describe('what the documents name is there', () => {
  test('every link leads to a file or folder', () => {
    const dead = documents.flatMap((document) =>
      all(read(document), /\]\(([^)#\s]+)(?:#[^)]*)?\)/g)
        .filter((link) => !/^[a-z]+:/.test(link) && !existsSync(join(root, dirname(document), link)))
        .map((link) => `${document} leads to ${link}`),
    );
    expect(dead).toEqual([]);
  });

  test('what a document says is in a linked file is in that file', () => {
    const wrong = documents.flatMap((document) =>
      [...read(document).matchAll(/`(\w+)` in\s+\[[^\]]+\]\(([^)]+)\)/g)]
        .filter(([, name = '', file = '']) => !read(relative(root, join(root, dirname(document), file))).includes(name))
        .map(([, name, file]) => `${document}: ${name} is not in ${file}`),
    );
    expect(wrong).toEqual([]);
  });

  test('every command can be typed', () => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(read('package.json'));
    const texts = [...documents.map(read), read('console/index.html')].join('\n');
    const named = all(texts, /\bnpm (?:run (?:-s )?)?(start|test|(?<=run (?:-s )?)[a-z][a-z:]*[a-z])\b/g);
    expect(named).toEqual(expect.arrayContaining(['start', 'test', 'compile', 'signal', 'clock', 'deploy']));
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  test('every flag is one that a command of ours understands', () => {
    const known = sourcesOf('{demo,local,commands,bench}/**/*.ts') + '--mutate (of Stryker)';
    const flags = documents.flatMap((document) => all(read(document), /`[^`\n]*?(--[a-z][a-z-]+)/g));
    expect(flags).toEqual(expect.arrayContaining(['--memory', '--clock', '--no-demo', '--aws-port', '--http-port']));
    expect([...new Set(flags)].filter((flag) => !known.includes(flag))).toEqual([]);
  });

  test('the README names every setting of a stage, and no other', () => {
    const asked = (key: string): unknown => (key === 'stages' ? { dev: { nonsense: true } } : undefined);
    const complaint = (() => {
      try {
        return String(readStage(asked));
      } catch (error) {
        return String(error);
      }
    })();
    const settings = /write one of ([\w, ]+)/.exec(complaint)?.[1]?.split(', ') ?? [];
    expect(settings.length).toBeGreaterThan(10);
    expect(settings.filter((key) => !new RegExp(`\\b${key}\\b`).test(readme))).toEqual([]);
    expect(all(readme, /-c '?(\w+)=/g).filter((key) => !settings.includes(key))).toEqual([]);
  });

  test('the map shows every folder', () => {
    const hidden = /^\.|^(node_modules|dist|coverage)$|^cdk\.out/;
    const folders = readdirSync(root, { withFileTypes: true }).filter((one) => one.isDirectory());
    const missing = folders
      .map(({ name }) => name)
      .filter((name) => !hidden.test(name) && !readme.includes(`[${name}/]`));
    expect(missing).toEqual([]);
  });

  test('the index lists every decision', () => {
    const records = readdirSync(join(root, 'docs/adr')).filter((file) => /^\d{4}-.+\.md$/.test(file));
    expect(all(read('docs/adr/README.md'), /\]\((\d{4}-[^)]+)\)/g)).toEqual(records.toSorted());
  });
});

describe('what the README shows is so', () => {
  test('it is read in one sitting: 150 lines at most', () => {
    expect(readme.split('\n').length).toBeLessThanOrEqual(151);
  });

  test('the event to paste is a signal', () => {
    const pasted = /--entries '([\s\S]+?)'\n/.exec(readme)?.[1] ?? '';
    const [entry]: { Source: string; DetailType: string; Detail: string }[] = JSON.parse(pasted);
    const envelope = { source: entry!.Source, 'detail-type': entry!.DetailType, detail: JSON.parse(entry!.Detail) };
    const { signal, refusal } = parseEvent(envelope, Date.parse('2026-01-05T09:00:00Z'));
    expect(refusal).toBeUndefined();
    expect(signal).toMatchObject({ event: 'Product Added', subject: { user: 'ada' } });
  });

  test('the mistake it shows is what the compiler says of it', async () => {
    const [, file = '', line = '', column = '', message = ''] =
      /\n(state-machines\/\S+\.yaml):(\d+):(\d+)\n {2}(.+)\n/.exec(readme) ?? [];
    const [, wrong = '', right = ''] = /`([\w-]+)`. Did you mean `([\w-]+)`/.exec(message) ?? [];
    const folder = mkdtempSync(join(tmpdir(), 'segue-docs-'));
    try {
      cpSync(join(root, dirname(file)), folder, { recursive: true });
      writeFileSync(join(folder, 'journey.yaml'), read(file).replace(`message: ${right}`, `message: ${wrong}`));
      const compiled = await compileFolder(folder, { promotions: 'marketing', service: 'transactional' });
      expect('faults' in compiled ? compiled.faults : []).toEqual([
        { file: join(folder, 'journey.yaml'), line: Number(line), column: Number(column), message },
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('the timeline it shows is the one npm start plays', () => {
    const played = read('demo/play.ts');
    const excerpt = /```\n( {2}Mon 5 Jan[\s\S]+?)```/.exec(readme)?.[1] ?? '';
    const pauses = all(excerpt, /┄┄ (.+?) ┄┄/g);
    const deeds = all(excerpt, /(?:Ada|Ben) +(?:✓ )?([a-z][a-z ]+[a-z])/g);
    expect(pauses).toHaveLength(3);
    expect(deeds.length).toBeGreaterThan(3);
    expect(
      [...pauses, ...deeds.map((deed) => deed.split('  ')[0] ?? '')].filter((text) => !played.includes(text)),
    ).toEqual([]);
  });
});
