import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileJourney } from '#compiler';
import type { PublishedDocument } from '#core/journey';
import type { JsonObject } from '#core/signal';
import { publishJourney } from '../../demo/publish-journey.ts';
import { assemblyFor } from '../../demo/synthesize.ts';
import { idsWith } from '../../functions/aws/customer-id.ts';
import { type Ground, startGround } from '../../local/ground.ts';
import { playPurely } from './pure.ts';
import { type Case, caseOf } from './random-stories.ts';
import { type Line, monday, type Told } from './river.ts';

/**
 * Random journeys once more, on the local AWS: the synthesized stack, its state machines, queues and streams, all customers
 * on one clock. What the quick comparison plays, the ground runs. `SEGUE_ON_GROUND=100` runs more.
 */
const root = fileURLToPath(new URL('../..', import.meta.url));
const runs = Number(process.env['SEGUE_ON_GROUND'] ?? 12);
const seed = Number(process.env['SEGUE_SEED'] ?? 20_260_105);

let ground: Ground;
let idOf: (user: string) => string;
beforeAll(async () => {
  const assembly = await assemblyFor(root, () => undefined);
  ground = await startGround({
    assembly,
    data: undefined,
    clock: 'virtual',
    start: monday,
    awsPort: 0,
    httpPort: 0,
    note: () => undefined,
  });
  const [secret] = ground.stack
    .all('AWS::SecretsManager::Secret')
    .filter(({ logicalId }) => /CustomerKey/.test(logicalId));
  const { SecretString } = await ground.call('secretsmanager', 'GetSecretValue', { SecretId: secret!.ref });
  idOf = (user) => idsWith(String(SecretString)).idOf({ user });
}, 60_000);
afterAll(async () => ground?.stop());

type Outgoing = { id: string; channel: string; at: string; tags: Record<string, string> };
const control = async <T>(path: string, body?: object): Promise<T> =>
  (
    await fetch(
      `${ground.awsUrl}${path}`,
      body === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
    )
  ).json() as Promise<T>;

const settle = (): Promise<unknown> => control('/_local/clock', { advance: 'PT0S' });

const advanceTo = async (at: number): Promise<void> => {
  const { now } = await control<{ now: string }>('/_local/clock');
  if (at > Date.parse(now)) await control('/_local/clock', { advance: `PT${(at - Date.parse(now)) / 1000}S` });
};

const publish = async (document: PublishedDocument): Promise<void> => {
  const { name } = document.journey;
  const definition = JSON.stringify(compileJourney(document.journey));
  const outcome = await publishJourney(ground, {
    name,
    machine: 'cart-abandonment',
    definition,
    document: JSON.stringify(document),
  });
  expect(outcome).toBe('live, version 1');
};

const stepOf = ({ tags }: Outgoing): string => String(tags['step']).replace('_', '@');

const play = async (line: Line, name: string): Promise<void> => {
  if ('signal' in line) {
    const Detail = JSON.stringify(line.signal);
    const DetailType = String(line.signal['event'] ?? 'identify');
    await ground.call('events', 'PutEvents', {
      Entries: [{ EventBusName: 'segue', Source: 'shop', DetailType, Detail }],
    });
  } else if ('clicks' in line) {
    const outbox = await control<Outgoing[]>('/_local/outbox');
    const message = outbox.findLast((each) => each.tags['journey'] === name && stepOf(each) === line.clicks)!;
    await control(`/_local/outbox/${message.id}/click`, { link: 'https://shop.example/' });
  }
  await settle();
};

/**
 * What people react to is the quick comparison's, as is what another journey waits for: here the news that a run is over
 * comes with its stream's batch, up to a second later.
 */
const isForTheGround = ({ script, documents }: Case): boolean =>
  script.lines.every((line) => !('clicks' in line) && !('answers' in line)) &&
  !JSON.stringify(documents[0]?.journey.steps).includes('"start"');

type Outcome = Pick<Told, 'sent' | 'ended'>;

const toldByGround = async (all: readonly Case[]): Promise<readonly Outcome[]> => {
  const outbox = await control<Outgoing[]>('/_local/outbox');
  const tables = [...ground.stack.all('AWS::DynamoDB::GlobalTable'), ...ground.stack.all('AWS::DynamoDB::Table')];
  const { ref } = tables.find(({ logicalId }) => logicalId === 'State')!;
  const rows: Record<string, { S?: string; N?: string }>[] = [];
  for (let from: JsonObject | undefined, isFirst = true; isFirst || from !== undefined; isFirst = false) {
    const next = from === undefined ? {} : { ExclusiveStartKey: from };
    const page = await ground.call('dynamodb', 'Scan', { TableName: ref, ...next });
    rows.push(...(page['Items'] as typeof rows));
    from = page['LastEvaluatedKey'] as JsonObject | undefined;
  }
  return all.map(({ documents }) => {
    const names = documents.map(({ journey }) => journey.name);
    return {
      sent: outbox
        .filter(({ tags }) => names.includes(String(tags['journey'])))
        .map((each) => ({
          at: Date.parse(each.at),
          channel: each.channel as 'email',
          message: '',
          step: stepOf(each),
        })),
      ended: names.flatMap((journey) =>
        rows
          .filter((row) => String(row['sk']?.S).startsWith(`ENROL#${journey}#`))
          .map((row) => ({ journey, reason: row['endReason']?.S ?? row['exitReason']?.S ?? 'open' })),
      ),
    };
  });
};

/** What is compared: of messages of the same instant the order means nothing, and what they say is the quick comparison's. */
const comparable = ({ sent, ended }: Outcome): Outcome => ({
  sent: sent
    .map(({ at, channel, step }) => ({ at, channel, message: '', step }))
    .toSorted((one, other) => one.at - other.at || (one.step < other.step ? -1 : 1)),
  ended: ended.toSorted((one, other) => (one.journey < other.journey ? -1 : 1)),
});

test(`${runs} random journeys are carried on the local AWS as by the core (seed ${seed})`, async () => {
  const all: Case[] = [];
  for (let n = 0; all.length < runs; n++) {
    const one = caseOf(seed + 50_000, n);
    if (isForTheGround(one)) all.push(one);
  }
  for (const document of all.flatMap(({ documents }) => documents)) await publish(document);
  // Functions go on for a second with the journeys they have read.
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const lines = all.flatMap(({ script, documents }) =>
    script.lines.map((line) => ({ line, name: documents[0]!.journey.name })),
  );
  for (const { line, name } of lines.toSorted((a, b) => a.line.at - b.line.at)) {
    await advanceTo(line.at);
    await play(line, name);
  }
  const told = await toldByGround(all);
  all.forEach(({ script, documents }, i) => {
    const pure = playPurely({ ...script, customer: idOf(script.customer) }, documents);
    const story = { seed, journeys: documents.map(({ journey }) => journey), lines: script.lines };
    expect({ ...story, ...comparable(told[i]!) }).toEqual({ ...story, ...comparable(pure) });
  });
}, 600_000);
