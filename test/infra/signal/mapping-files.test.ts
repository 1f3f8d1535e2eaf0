import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compilePattern } from '../../../local/events/pattern/compile-pattern.ts';
import { previewMapping, readMapping, readMappings } from '../../../mappings/index.ts';

const root = join(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'segue-mapping-'));
afterAll(() => rmSync(folder, { recursive: true }));

const written = (text: string): string => {
  const file = join(folder, 'orders.yaml');
  writeFileSync(file, text);
  return file;
};
const faultsOf = (text: string) => {
  const read = readMapping(written(text));
  return 'faults' in read ? read.faults.map(({ line, column, message }) => [line, column, message] as const) : [];
};
const good = `pattern: { source: [shop] }\nsignal: |\n  {\n    'event': 'X',\n    'userId': detail.who\n  }\n`;

describe('a mapping file', () => {
  it('is called as its file is, and listens on the default bus unless it says another', () => {
    expect(readMapping(written(good))).toMatchObject({
      mapping: { name: 'orders', bus: 'default', pattern: { source: ['shop'] } },
    });
    expect(readMapping(written(`bus: aws.partner/a.com/1\n${good}`))).toMatchObject({
      mapping: { bus: 'aws.partner/a.com/1' },
    });
  });

  it.each([
    ['broken YAML', 'pattern: [', 1],
    ['no signal', 'pattern: { source: [shop] }\n', 1],
    ['no pattern', 'signal: "{}"\n', 1],
    ['a field that does not exist', `${good}sign: x\n`, 1],
    ['an ARN for a bus', `bus: arn:aws:events:x\n${good}`, 1],
    ['an empty pattern', 'pattern: {}\nsignal: "1"\n', 1],
    ['a pattern with a field events do not have', 'pattern:\n  sauce: [shop]\nsignal: "1"\n', 2],
    ['a pattern that is no list at its end', 'pattern:\n  source: shop\nsignal: "1"\n', 2],
    [
      'an expression that is none',
      `pattern: { source: [shop] }\nsignal: |\n  {\n    'event': 'X'\n    'userId': 1\n  }\n`,
      5,
    ],
    ['an expression that reads the clock', good.replace('detail.who', '$now()'), 5],
  ])('with %s is told the line', (_what, text, line) => {
    const [fault] = faultsOf(text);
    expect(fault?.[0]).toBe(line);
    expect(fault?.[2]).toMatch(/\S/);
  });

  it('says the very column', () => {
    expect(faultsOf(good.replace('detail.who', '$now()'))).toEqual([
      [5, 15, '$now gives something else each time; a signal must not.'],
    ]);
  });

  it('that is wrong stops the synthesis, and every mistake is listed', () => {
    writeFileSync(join(folder, 'one.yaml'), 'pattern: {}\n');
    written(good.replace('detail.who', '$millis()'));
    expect(() => readMappings(folder)).toThrow(/one\.yaml:1:\d+[\s\S]*orders\.yaml:5:15/);
    rmSync(join(folder, 'one.yaml'));
  });
});

describe('the mappings that come along', () => {
  const sample = (name: string) => JSON.parse(readFileSync(join(root, 'mappings/samples', `${name}.json`), 'utf8'));

  it.each([
    ['shopify', 'shopify-order', 'Order Completed', { user: '115310627314723950', anonymous: 'shopify:hWN2X7kKq0' }],
    ['shopify', 'shopify-customer', 'Identified', { user: '115310627314723950' }],
    ['stripe', 'stripe-checkout', 'Order Completed', { user: 'ada' }],
  ])('%s makes of %s what it should', async (name, file, event, subject) => {
    const mapping = readMappings(join(root, 'mappings')).find((one) => one.name === name)!;
    expect(compilePattern(JSON.stringify(mapping.pattern))(sample(file))).toBe(true);
    const made = await previewMapping(mapping, sample(file), 0);
    expect(made.map(({ signal }) => [signal?.event, signal?.subject])).toEqual([[event, subject]]);
    expect(await previewMapping(mapping, sample(file), 1e12)).toEqual(made);
  });

  it('take only the consent that was given: who never said is left alone', async () => {
    const [shopify] = readMappings(join(root, 'mappings'));
    const event = sample('shopify-customer');
    event.detail.payload.email_marketing_consent.state = 'unsubscribed';
    const [made] = await previewMapping(shopify!, event, 0);
    expect(made?.signal?.traits['consent']).toEqual({ email: false });
  });

  it('do not make one signal of all deliveries that carry no id', async () => {
    const [shopify] = readMappings(join(root, 'mappings'));
    const event = sample('shopify-order');
    delete event.detail.metadata['X-Shopify-Webhook-Id'];
    expect((await previewMapping(shopify!, event, 0))[0]?.signal?.messageId).toBe(event.id);
  });

  it('know currencies that have no cents', async () => {
    const [, stripe] = readMappings(join(root, 'mappings'));
    const event = sample('stripe-checkout');
    event.detail.data.object.currency = 'jpy';
    expect((await previewMapping(stripe!, event, 0))[0]?.signal?.properties['revenue']).toBe(9395);
  });
});

describe('npm run mapping', () => {
  const run = (...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['demo/mapping.ts', ...args], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    });
    return { status, stdout, stderr };
  };
  const order = 'mappings/samples/shopify-order.json';

  it('prints the signal a mapping makes of a sample', () => {
    const { status, stdout } = run('mappings/shopify.yaml', order);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ event: 'Order Completed', properties: { revenue: 88 } });
  });

  it('says where a mapping is wrong', () => {
    const file = written(good.replace('detail.who', '$now()'));
    expect(run(file, order)).toMatchObject({ status: 1, stderr: expect.stringContaining(`${file}:5:15\n`) });
  });

  it('says which field of the signal is missing, that the event would not get here, or that there is none', () => {
    const mapped = written(good.replace('source: [shop]', 'detail-type: [shopifyWebhook]'));
    expect(run(mapped, order)).toMatchObject({ status: 1, stderr: expect.stringContaining('signal[0].userId') });
    expect(run('mappings/stripe.yaml', order)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('does not match'),
    });
    expect(run('mappings/stripe.yaml', 'README.md')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('not JSON'),
    });
    expect(run()).toMatchObject({ status: 1, stderr: expect.stringContaining('npm run mapping -- FILE SAMPLE') });
  });
});
