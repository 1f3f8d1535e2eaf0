import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { checkJourney, JourneyDocument, PublishedDocument, type Surroundings } from '#core/journey';
import { topicsFile } from '../../state-machines/read-topics.ts';
import { examples, journeyLanguageDocument, wholeJourney } from './journey-language-document.ts';
import { journeysDocument } from './journeys-document.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const schema = z.toJSONSchema(JourneyDocument, { io: 'input' });
const { classes: topics } = topicsFile(join(root, 'state-machines/topics.yaml'));

const around: Surroundings = {
  topics,
  messages: { hello: ['email', 'sms', 'push'] },
  journeys: { welcome: { triggers: [{ journey: 'example' }] } },
};
const base = {
  name: 'example',
  triggers: [{ signal: 'Order Completed' }],
  topic: 'promotions',
  window: { from: '08:00', to: '20:00', zone: 'customer' },
  steps: [{ wait: '1 hour' }],
};
const problems = (journey: unknown) => {
  const { problems: wrong = [], warnings } = checkJourney(journey, around);
  return [...wrong, ...warnings];
};

describe('the page of the journey language', () => {
  test('says what the schema says', async () => {
    await expect(journeyLanguageDocument(schema as Parameters<typeof journeyLanguageDocument>[0])).toMatchFileSnapshot(
      join(root, 'docs/journey-language.md'),
    );
  });

  test('and so does the schema editors read', async () => {
    await expect(`${JSON.stringify({ ...schema, title: 'A journey of Segue' }, null, 2)}\n`).toMatchFileSnapshot(
      join(root, 'docs/journey.schema.json'),
    );
  });

  test('its first example is a journey without a mistake', () => expect(problems(parse(wholeJourney))).toEqual([]));
  test.each(Object.entries(examples.steps))('its example of %s has no mistake', (_, text) =>
    expect(problems({ ...base, steps: parse(text) })).toEqual([]),
  );
  test.each(Object.entries(examples.triggers))('its example of the trigger %s has no mistake', (_, text) =>
    expect(problems({ ...base, triggers: parse(text) })).toEqual([]),
  );

  test('has an example for every kind of step and trigger', () => {
    const text = journeyLanguageDocument(schema as Parameters<typeof journeyLanguageDocument>[0]);
    const kinds = [...Object.keys(examples.triggers), ...Object.keys(examples.steps)];
    expect([...text.matchAll(/^### (\w+)$/gm)].map(([, kind]) => kind)).toEqual(kinds);
  });
});

test('every field of a journey is described in a sentence', () => {
  const bare: string[] = [];
  const look = (value: unknown, at: string): void => {
    if (typeof value !== 'object' || value === null) return;
    const { type, properties, ...others } = value as Record<string, unknown>;
    const fields = type === 'object' ? ((properties ?? {}) as Record<string, { description?: string }>) : {};
    for (const [name, field] of Object.entries(fields)) {
      if (!/^[A-Z`…].*[.…]$/.test(field.description ?? '')) bare.push(`${at}/${name}: ${field.description}`);
      look(field, `${at}/${name}`);
    }
    for (const [key, inner] of Object.entries(others)) look(inner, `${at}/${key}`);
  };
  look(schema, '');
  expect(bare).toEqual([]);
});

test('the page of shipped journeys shows what they are', async () => {
  const journeys = globSync('state-machines/*/journey.json', { cwd: root })
    .sort()
    .map((file) => PublishedDocument.parse(JSON.parse(readFileSync(join(root, file), 'utf8'))).journey)
    .map((journey) => ({ journey, hasPage: existsSync(join(root, `docs/journeys/${journey.name}.md`)) }));
  await expect(journeysDocument(journeys, topics)).toMatchFileSnapshot(join(root, 'docs/journeys.md'));
});
