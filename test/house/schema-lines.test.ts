import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '../..');
const journeys = globSync('state-machines/*/journey.yaml', { cwd: root }).toSorted();

/** The schema an editor takes for a file, seen from the repository. */
const schemaOf = (file: string, seenAs = file): string | undefined => {
  const [first = ''] = readFileSync(path.join(root, file), 'utf8').split('\n');
  const [, schema] = /^# yaml-language-server: \$schema=(\S+)$/.exec(first) ?? [];
  return schema === undefined ? undefined : path.join(path.dirname(seenAs), schema);
};

test('an editor that knows YAML completes every journey that ships, and every new one', () => {
  expect(journeys.length).toBeGreaterThan(7);
  expect(journeys.filter((file) => schemaOf(file) !== 'docs/journey.schema.json')).toEqual([]);
  expect(schemaOf('commands/new/template/journey.yaml', 'state-machines/any/journey.yaml')).toBe(
    'docs/journey.schema.json',
  );
  const schema = JSON.parse(readFileSync(path.join(root, 'docs/journey.schema.json'), 'utf8')) as object;
  expect(schema).toMatchObject({ type: 'object' });
});
