import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assemblyFor } from '../../demo/synthesize.ts';
import { type Ground, startGround } from '../../local/ground.ts';

const root = join(import.meta.dirname, '../..');
const person = {
  userId: 'quintessa-4711',
  anonymousId: 'browser-of-quintessa',
  email: 'quintessa@ostrowski.example',
  phone: '+447700900471',
  firstName: 'Quintessa',
};
const secrets = Object.values(person);

let folder: string;
let ground: Ground;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'segue-erasure-'));
  ground = await startGround({
    assembly: await assemblyFor(root, () => undefined),
    data: folder,
    clock: 'virtual',
    start: Date.parse('2026-01-05T09:00:00Z'),
    awsPort: 0,
    httpPort: 0,
    note: () => undefined,
  });
}, 240_000);
afterAll(async () => {
  await ground?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const advance = (duration: string): Promise<Response> =>
  fetch(`${ground.awsUrl}/_local/clock`, { method: 'POST', body: JSON.stringify({ advance: duration }) });

const put = async (...details: readonly object[]): Promise<void> => {
  const { userId, anonymousId } = person;
  const Entries = details.map((detail) => ({
    EventBusName: 'segue',
    Source: 'shop',
    DetailType: 'track',
    Detail: JSON.stringify({ userId, anonymousId, ...detail }),
  }));
  await ground.call('events', 'PutEvents', { Entries });
  await advance('PT2S');
};

const as = async (role: string) => {
  const { token } = (await (await fetch(`${ground.httpUrl}/_local/token?role=${role}`)).json()) as { token: string };
  return async (method: string, path: string, body?: object) => {
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(`${ground.httpUrl}/v1/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...init,
    });
    return { code: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
};

type Page = { readonly [list: string]: readonly object[] } & { readonly LastEvaluatedKey?: object };

const tables = async (): Promise<readonly string[]> => {
  const rows: string[] = [];
  for (const { ref } of ground.stack.all('AWS::DynamoDB::Table')) {
    for (let from: object | undefined = {}; from !== undefined;) {
      const page = (await ground.call('dynamodb', 'Scan', { TableName: ref, ...from })) as unknown as Page;
      rows.push(...(page['Items'] ?? []).map((row) => JSON.stringify(row)));
      from = page.LastEvaluatedKey === undefined ? undefined : { ExclusiveStartKey: page.LastEvaluatedKey };
    }
  }
  return rows;
};

const queues = async (): Promise<readonly string[]> => {
  const all = ground.stack.all('AWS::SQS::Queue').map(async ({ ref }) => {
    const asked = { QueueUrl: ref, MaxNumberOfMessages: 10, VisibilityTimeout: 0 };
    const { Messages = [] } = (await ground.call('sqs', 'ReceiveMessage', asked)) as { Messages?: readonly object[] };
    return Messages.map((message) => JSON.stringify(message));
  });
  return (await Promise.all(all)).flat();
};

const histories = async (): Promise<readonly string[]> => {
  const executions = (await (await fetch(`${ground.awsUrl}/_local/executions`)).json()) as { execution: string }[];
  return Promise.all(
    executions.map(async ({ execution: executionArn }) =>
      JSON.stringify(await ground.call('states', 'GetExecutionHistory', { executionArn, maxResults: 1000 })),
    ),
  );
};

const withSecret = (texts: readonly string[]): readonly string[] =>
  texts.filter((text) => secrets.some((secret) => text.includes(secret)));

test(
  'of a customer who was erased nothing is found in any table, queue, history or log',
  { timeout: 120_000 },
  async () => {
    const { email, phone, firstName } = person;
    await put(
      { type: 'identify', traits: { email, phone, firstName, consent: { email: true, sms: true }, timezone: 'UTC' } },
      { type: 'track', event: 'Product Added', properties: { cart_id: 'c', product_id: 'p', name: 'P', price: 1 } },
      { type: 'track', event: 'Chat Ended', properties: { transcript: `I am ${firstName}, call ${phone}` } },
    );
    await advance('PT5H');
    const [agent, operator] = [await as('agent'), await as('operator')];
    const id = `customers/${person.userId}`;
    expect((await agent('POST', `${id}/notes`, { text: `${firstName} called` })).code).toBe(201);
    expect((await agent('GET', id)).code).toBe(200);
    expect(withSecret(await tables()).length).toBeGreaterThan(4);
    const outbox = (await (await fetch(`${ground.awsUrl}/_local/outbox`)).json()) as { to: string }[];
    expect(outbox.map(({ to }) => to)).toEqual([email]);

    const { code, body } = await operator('DELETE', id);
    expect(code).toBe(202);
    await advance('PT20S');
    expect((await operator('GET', `erasures/${String(body['receipt'])}`)).body['status']).toBe('erased');
    await put({ type: 'track', event: 'Product Added', properties: { cart_id: 'd', product_id: 'p', name: 'P' } });
    await advance('PT20M');
    expect((await operator('GET', `erasures/${String(body['receipt'])}`)).body['status']).toBe('checked');
    await advance('PT30H');

    expect(withSecret(await tables())).toEqual([]);
    expect(withSecret(await queues())).toEqual([]);
    expect(withSecret(await histories())).toEqual([]);
    expect(withSecret(readFileSync(join(folder, 'functions.log'), 'utf8').split('\n'))).toEqual([]);
    const later = await as('agent');
    expect((await later('GET', id)).code).toBe(410);
    expect((await later('GET', `customers/${person.anonymousId}`)).code).toBe(410);
    expect((await later('GET', `customers?email=${encodeURIComponent(email)}`)).code).toBe(404);
    const after = (await (await fetch(`${ground.awsUrl}/_local/outbox`)).json()) as object[];
    expect(after).toHaveLength(1);
  },
);
