import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { compileFolder, type Fault } from '../../../../state-machines/compile-folder.ts';

const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

const write = (files: Readonly<Record<string, string>>): string => {
  const root = mkdtempSync(join(tmpdir(), 'journeys-'));
  folders.push(root);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(root, file, '..'), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return root;
};

const places = (faults: readonly Fault[]) => faults.map(({ line, column, message }) => `${line}:${column} ${message}`);
/** What runs of the published journey keep for its messages. */
const readsIn = (files: readonly { readonly file: string; readonly text: string }[]): unknown =>
  JSON.parse(files.find(({ file }) => file.endsWith('journey.json'))!.text).reads;

const compile = async (journey: string, others: Readonly<Record<string, string>> = {}) => {
  const root = write({
    'one/journey.yaml': journey,
    'one/messages/hello.sms.liquid': 'Hello {{ profile.firstName }}',
    ...others,
  });
  const result = await compileFolder(join(root, 'one'), { promotions: 'marketing' });
  return {
    faults: 'faults' in result ? places(result.faults) : [],
    // Of the journey: what may be missing from a message is told with the message's own file.
    warnings: places(result.warnings.filter(({ file }) => file.endsWith('journey.yaml'))),
    proofs: 'proofs' in result ? result.proofs : [],
    reads: 'files' in result ? readsIn(result.files) : undefined,
  };
};

const journey = (steps: string, fields = '') => `name: one
triggers:
  - { signal: Order Completed }
topic: promotions
${fields}steps:
${steps}`;
const window = 'window: { from: "08:00", to: "20:00", zone: customer }\n';

test('a warning has its line, and stops nothing', async () => {
  const { faults, warnings, proofs } = await compile(
    journey('  - wait: 1 day\n  - send: { message: hello, channels: [sms] }\n'),
  );
  expect(faults).toEqual([]);
  expect(warnings).toEqual([expect.stringMatching(/^7:5 This text message may come at night\./)]);
  expect(proofs).toEqual([
    'at most 1 day',
    'at most 1 message, 1 in 24 hours; email 0, sms 1, push 0',
    '2 state transitions',
    expect.stringMatching(/^per 1,000: at most \$/),
  ]);
});

test('mistakes have their lines, deep inside and with warnings beside them', async () => {
  const { faults, warnings } = await compile(
    journey(
      `  - branch:
      - when: profile.ordres.count > 1
        then:
          - goto: nowhere
  - split:
      - { arm: a, percent: 50 }
      - { arm: b, percent: 40 }
  - send: { message: hello, channels: [sms] }
`,
    ),
  );
  expect(faults).toEqual([
    '7:9 There is no `profile.ordres`. Did you mean `orders`?',
    '9:13 There is no step with the id `nowhere`.',
    '10:5 The shares add up to 90 %, not to 100 %. Give `b` 50.',
  ]);
  expect(warnings).toEqual([expect.stringMatching(/^13:/)]);
});

test('journeys beside it are known by name', async () => {
  const starts = journey('  - start: { journey: two }\n', window);
  const beside = (triggers: string) => ({ 'two/journey.yaml': `name: two\ntriggers:\n  - ${triggers}\n` });
  expect((await compile(starts, beside('{ journey: one }'))).faults).toEqual([]);
  expect((await compile(starts, beside('{ api: true }'))).faults).toEqual([
    expect.stringContaining('`two` does not let this journey start it.'),
  ]);
  expect((await compile(starts)).faults).toEqual([expect.stringContaining('There is no journey `two`.')]);
  expect((await compile(starts, { 'three/journey.yaml': 'name: [' })).faults).toHaveLength(1);
});

test('a message that reads a misspelt property of its entry is told', async () => {
  const steps = '  - send: { message: hello, channels: [sms] }\n';
  const message = { 'one/messages/hello.sms.liquid': 'Order {{ entry.properties.order_di }} is there' };
  const { warnings } = await compile(journey(steps, window), message);
  expect(warnings).toEqual([
    expect.stringMatching(/^7:13 The message `hello` reads `entry\.properties\.order_di`.* Did you mean `order_id`\?$/),
  ]);
});

test('a journey is published with what its messages read of its steps, of those channels that are sent', async () => {
  const ask = '  - { id: ask, waitFor: { told: { on: Told } }, within: 1 day }\n';
  const sends = '  - send: { message: hello, channels: [sms] }\n';
  const color = 'steps.ask.event.properties.color';
  const messages = {
    'one/messages/hello.sms.liquid': `---\nfallback: { ${color}: red }\n---\nIn {{ ${color} }}{% if steps.ask.event.name %}.{% endif %}`,
    'one/messages/hello.push.liquid': '---\ntitle: T\n---\n{{ steps.ask.outcome }}',
    'one/messages/idle.sms.liquid': '{{ steps.nobody.event }}',
  };
  const read = await compile(journey(`${ask}${sends}`, window), messages);
  expect(read).toMatchObject({ faults: [], warnings: [], reads: ['steps.ask.event.name', color] });
  expect((await compile(journey(sends, window))).reads).toBeUndefined();
  expect(await compile(journey(`${sends}${ask}`, window), messages)).toMatchObject({
    reads: undefined,
    faults: [
      `7:13 The message \`hello\` reads \`steps.ask.event.name\`. No step before this one that notes anything is called \`ask\`.`,
      expect.stringContaining(`reads \`${color}\`. No step before`),
      expect.stringContaining(`reads \`steps.ask.outcome\`. No step before`),
    ],
  });
});

test('anchors that multiply each other are told, and harm nobody', async () => {
  const lines = Array.from(
    { length: 20 },
    (_, i) => `a${i}: &a${i} [${i === 0 ? '1' : `*a${i - 1}, *a${i - 1}, *a${i - 1}`}]`,
  );
  expect((await compile(`${lines.join('\n')}\n`)).faults).toEqual([
    expect.stringMatching(/^1:1 This YAML repeats itself too often: /),
  ]);
  const loop = await compile('name: one\ntriggers: &t\n  - *t\n');
  expect(loop.faults.length).toBeGreaterThan(0);
});
