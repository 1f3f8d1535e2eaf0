import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { PublishedDocument } from '#core/journey';
import { reachable, story } from './river.ts';

const root = path.join(import.meta.dirname, '../..');
const names = globSync('docs/journeys/*.md', { cwd: root })
  .map((file) => path.basename(file, '.md'))
  .filter((name) => name !== 'README');
const page = (name: string): string => readFileSync(path.join(root, `docs/journeys/${name}.md`), 'utf8');

test('nine journeys have a page, and the list names them all', () => {
  expect(names).toHaveLength(9);
  expect(names.filter((name) => !page('README').includes(`[${name}](${name}.md)`))).toEqual([]);
});

test.each(names)('the sample on the page of %s begins it', (name) => {
  const [, sample = ''] = /```json\n([\s\S]+?)```/.exec(page(name)) ?? [];
  const { event, properties } = JSON.parse(sample);
  const hers = story(name, { customer: 'ben' }).identifies(reachable).happens(event, properties);
  expect(hers.ended()).toHaveLength(1);
});

test.each(names)('every event that %s waits for is on its page', (name) => {
  const { journey } = PublishedDocument.parse(
    JSON.parse(readFileSync(path.join(root, `state-machines/${name}/journey.json`), 'utf8')),
  );
  const named = [...JSON.stringify(journey).matchAll(/"(?:on|signal)":(?:"([^"]+)"|\[([^\]]+)\])/g)].flatMap(
    ([, one, many]) => (one === undefined ? (JSON.parse(`[${many}]`) as string[]) : [one]),
  );
  expect([...new Set(named)].filter((event) => !page(name).includes(`\`${event}\``))).toEqual([]);
});
