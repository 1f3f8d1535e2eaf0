import { startGround, type Ground } from '../../../local/ground.ts';
import type { Grant } from '../../../local/iam/access-control.ts';
import type { Json, JsonObject } from '../../../local/world.ts';

export const MONDAY = Date.parse('2026-01-05T09:00:00Z');

type Signal = {
  readonly type?: string;
  readonly event?: string;
  readonly userId?: string;
  readonly [field: string]: unknown;
};

type Sent = { readonly body?: string; readonly headers?: Record<string, string> };

const json = (value: unknown): Json => JSON.parse(JSON.stringify(value));

/** The product in this process, in memory, at a virtual Monday, 9:00. */
export const startSegue = async (assembly: string) => {
  const notes: string[] = [];
  const answers: Json[] = [];
  const begin = () =>
    startGround({
      assembly,
      data: undefined,
      clock: 'virtual',
      start: MONDAY,
      awsPort: 0,
      httpPort: 0,
      note: (line) => notes.push(line),
    });
  // Another process may take the port between its choice and its use.
  const ground: Ground = await begin().catch((error: unknown) => {
    if (!/is in use/.test(String(error))) throw error;
    return begin();
  });
  const { stack } = ground;
  const refOf = (logicalId: string): string => stack.find(logicalId)!.ref;

  const local = async (method: string, path: string, body?: Json): Promise<Json> => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${ground.awsUrl}/_local/${path}`, { method, ...sent });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
    return json(await response.json());
  };
  const advance = (duration: string) => local('POST', 'clock', { advance: duration });
  const scan = async (table: string): Promise<readonly JsonObject[]> => {
    const rows: JsonObject[] = [];
    let from: JsonObject = {};
    do {
      const page = await ground.call('dynamodb', 'Scan', { TableName: refOf(table), ConsistentRead: true, ...from });
      rows.push(...(page['Items'] as JsonObject[]));
      from = page['LastEvaluatedKey'] === undefined ? {} : { ExclusiveStartKey: page['LastEvaluatedKey'] };
    } while (Object.keys(from).length > 0);
    return rows;
  };
  const outbox = async () =>
    (await local('GET', 'outbox')) as { id: string; channel: string; headers: Record<string, string> }[];

  return {
    ground,
    notes,
    answers,
    refOf,
    local,
    advance,
    scan,
    outbox,
    /** Puts signals on the bus and lets them be folded. */
    async put(...details: readonly (Signal | string)[]) {
      const Entries = details.map((detail) => ({
        EventBusName: 'segue',
        Source: 'shop',
        DetailType: 'track',
        Detail: typeof detail === 'string' ? detail : JSON.stringify(detail),
      }));
      await ground.call('events', 'PutEvents', { Entries });
      await advance('PT1S');
    },
    async http(method: string, path: string, init: Sent = {}): Promise<string> {
      const response = await fetch(ground.httpUrl + path, { method, ...init });
      const text = await response.text();
      const [room] = path.split('?');
      answers.push(`${method} ${room!.split('/').slice(0, 3).join('/')}: ${response.status}`);
      return text;
    },
    async token(role = 'publisher'): Promise<string> {
      const response = await fetch(`${ground.httpUrl}/_local/token?role=${role}`);
      return ((await response.json()) as { token: string }).token;
    },
    async send(queue: string, body: Json) {
      await ground.call('sqs', 'SendMessage', { QueueUrl: refOf(queue), MessageBody: JSON.stringify(body) });
      await advance('PT1S');
    },
  };
};
export type Segue = Awaited<ReturnType<typeof startSegue>>;

const count = (names: readonly string[]): Json =>
  json(
    Object.fromEntries(
      Map.groupBy(names.toSorted(), (name) => name)
        .entries()
        .map(([name, all]) => [name, all.length]),
    ),
  );

const text = (row: JsonObject, field: string): string => String((row[field] as { S?: string } | undefined)?.S ?? '');

/** Customers have another id in every world. */
const kindOf = (row: JsonObject): string => {
  const [kind = ''] = text(row, 'sk').split('#');
  return /^[a-z2-7]{26}$/.test(kind) ? `${text(row, 'pk').split('#')[0]} of a customer` : kind || 'other';
};

/** What anybody can see from outside: messages, journeys, queues, tables, the bucket, and what was answered. */
export const factsOf = async (segue: Segue): Promise<JsonObject> => {
  const { ground, scan } = segue;
  const queues = await Promise.all(
    ground.stack.all('AWS::SQS::Queue').map(async ({ logicalId, ref }) => {
      const asked = { QueueUrl: ref, AttributeNames: ['All'] };
      const { Attributes } = (await ground.call('sqs', 'GetQueueAttributes', asked)) as {
        Attributes: Record<string, string>;
      };
      const { ApproximateNumberOfMessages: visible, ApproximateNumberOfMessagesNotVisible: inFlight } = Attributes;
      return [logicalId, Number(visible) + Number(inFlight)];
    }),
  );
  const kept = await Promise.all(
    ground.stack.all('AWS::S3::Bucket').map(async ({ logicalId, ref }) => {
      const { KeyCount } = await ground.call('s3', 'ListObjectsV2', { Bucket: ref });
      return [logicalId, Number(KeyCount ?? 0) > 0 ? 'something' : 'nothing'];
    }),
  );
  const state = await scan('State');
  const counts = (await segue.local('GET', 'counts')) as Record<string, number>;
  return {
    messages: count((await segue.outbox()).map(({ channel }) => channel)),
    runs: count(
      ((await segue.local('GET', 'executions')) as { status: string; entered: string[] }[]).map(
        ({ status, entered }) => `${status} after ${entered.join(', ')}`,
      ),
    ),
    queues: Object.fromEntries(queues),
    signals: count((await scan('Log')).map((row) => text(row, 'signal').replace(/.*?"event":"([^"]*)".*|.*/s, '$1'))),
    rows: count(
      state.map((row) => [kindOf(row), text(row, 'status'), text(row, 'exitReason'), text(row, 'endReason')].join(' ')),
    ),
    kept: Object.fromEntries(kept),
    sentToQueues: counts['sqs.SendMessage'] ?? 0,
    answers: segue.answers,
  };
};

/** Those of these grants that something needed. */
export const usedOf = ({ ground }: Segue, all: readonly Grant[]): readonly Grant[] => {
  const unused = new Set(ground.access.unusedGrants().map((one) => JSON.stringify(one)));
  return all.filter((one) => !unused.has(JSON.stringify(one)));
};
