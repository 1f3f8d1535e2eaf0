import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readTopics, topicsFile } from '../../state-machines/read-topics.ts';

const mistakes = (written: unknown): readonly string[] => {
  const read = readTopics(written);
  return 'mistakes' in read ? read.mistakes : [];
};

test('a topic is its class, or its class and more', () => {
  expect(
    readTopics({
      promotions: 'marketing',
      newsletter: { class: 'marketing', confirm: 'double', title: 'Newsletter', about: 'News.' },
      orders: 'transactional',
    }),
  ).toEqual({
    all: {
      promotions: { class: 'marketing' },
      newsletter: { class: 'marketing', confirm: 'double', title: 'Newsletter', about: 'News.' },
      orders: { class: 'transactional' },
    },
    classes: { promotions: 'marketing', newsletter: 'marketing', orders: 'transactional' },
    confirm: ['newsletter'],
  });
});

test('each mistake names its topic and field, and says what to write', () => {
  expect(mistakes({ promotions: 'advertising' })).toEqual([
    'The topic `promotions.class`: write marketing or transactional.',
  ]);
  expect(mistakes({ news: { class: 'marketing', confirm: 'twice' } })).toEqual([
    'The topic `news.confirm`: write `double`, or leave it out.',
  ]);
  expect(mistakes({ orders: { class: 'transactional', confirm: 'double' } })[0]).toContain('only a marketing topic');
  expect(mistakes({ news: { class: 'marketing', colour: 'red' } })[0]).toContain('colour');
  expect(mistakes({ 'My News': 'marketing' })[0]).toContain('lower-case words with hyphens');
  for (const written of [undefined, null, [], 'promotions', 7])
    expect(mistakes(written)).toEqual(['Write topics as `promotions: marketing`, a line each.']);
});

test('a file that cannot be read is an error that names it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'segue-topics-'));
  try {
    writeFileSync(join(folder, 'topics.yaml'), 'promotions: advertising\n');
    expect(() => topicsFile(join(folder, 'topics.yaml'))).toThrow(/topics\.yaml cannot be read:\n.*promotions/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the topics that ship say on the preference page what they are about', () => {
  const { all, confirm } = topicsFile(new URL('../../state-machines/topics.yaml', import.meta.url));
  const bare = Object.values(all).filter(({ class: kind, title, about }) => kind === 'marketing' && (!title || !about));
  expect(bare).toEqual([]);
  expect(confirm).toEqual(['newsletter']);
});
