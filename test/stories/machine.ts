import '../functions/world/environment.ts';
import { readFileSync } from 'node:fs';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { afterAll, vi } from 'vitest';
import { marshall } from '@aws-sdk/util-dynamodb';
import { emailLinkClicked, taskAnswered } from '#core/events';
import { nodeAt, planJourney, PublishedDocument } from '#core/journey';
import { parseEvent, type JsonObject, type Signal } from '#core/signal';
import { logStore } from '../../functions/aws/dynamo-log-store.ts';
import { carryAllOn, fold } from '../functions/world/customer.ts';
import { tables } from '../functions/world/environment.ts';
import { executionsOf, forgetExecutions, machineArn, makeMachine, timeOut } from '../functions/world/step-functions.ts';
import {
  at,
  bus,
  context,
  deleteRows,
  outbox,
  pointersAgeASecond,
  putRow,
  refolds,
  rowsOf,
  startWorld,
  type StateRow,
  stopWorld,
} from '../functions/world/world.ts';
import type { Line, Script, Told } from './river.ts';

/**
 * The second executor: the machines that journeys compile to, with the functions that are deployed, on a real DynamoDB
 * engine; Step Functions, the bus and the providers are played. One world for all stories of a file.
 */
let started: Promise<void> | undefined;
afterAll(async () => {
  if (started !== undefined) await stopWorld();
});

const start = async (): Promise<void> => {
  await startWorld();
  vi.spyOn(Math, 'random').mockReturnValue(0);
};

const publishedAt = (name: string): PublishedDocument =>
  PublishedDocument.parse(
    JSON.parse(readFileSync(new URL(`../../state-machines/${name}/journey.json`, import.meta.url), 'utf8')),
  );

const publish = async (document: PublishedDocument): Promise<void> => {
  const { name } = document.journey;
  const machine = machineArn(name);
  makeMachine(document.journey, machine);
  await putRow('state', { pk: `J#${name}`, sk: 'V#00000001', document: JSON.stringify(document) });
  await putRow('state', { pk: 'JOURNEYS', sk: name, version: 1, machine, status: 'live' });
};

const clearRows = async (table: keyof typeof tables, pk: string): Promise<void> => {
  const rows = [...(await rowsOf(pk, table)).keys()].map((sk) => ({ pk, sk }));
  for (let from = 0; from < rows.length; from += 25) await deleteRows(table, rows.slice(from, from + 25));
};

const log = logStore(tables.log);
let sequence = 10n ** 22n;

/**
 * One customer, in whose name everything is done: who they are is also what chance is taken from.
 * @param isHeard whether what messages say is told, too
 */
const machineOf = (customer: string, documents: readonly PublishedDocument[], isHeard: boolean) => {
  const plans = new Map(documents.map(({ journey }) => [journey.name, planJourney(journey)]));
  const sentBefore = outbox.length;
  const told = new Set<string>();
  const emitted: Told['emitted'][number][] = [];

  const executions = () => executionsOf(customer);
  const rows = async (prefix: string): Promise<StateRow[]> =>
    [...(await rowsOf(`C#${customer}`))].filter(([sk]) => sk.startsWith(prefix)).map(([, row]) => row);

  const take = async (signal: Signal): Promise<void> => {
    const receivedAt = new Date(Date.now()).toISOString();
    const row = { pk: `C#${customer}`, sk: signal.messageId, receivedAt, signal: JSON.stringify(signal) };
    await log.put([{ customer, signal, receivedAt }]);
    await fold({
      signal,
      record: {
        eventName: 'INSERT',
        eventSourceARN: 'stream',
        dynamodb: {
          SequenceNumber: String((sequence += 100n)),
          Keys: { pk: { S: row.pk }, sk: { S: row.sk } },
          NewImage: Object.fromEntries(Object.entries(row).map(([name, value]) => [name, { S: value }])),
        },
      },
    });
    if (refolds.length > 0) throw new Error(`A fold failed: ${refolds.splice(0).join()}`);
    await carryAllOn(customer);
  };

  /** Ends that others must learn of, told by the function that reads the table's stream; each once. */
  const announce = async (): Promise<void> => {
    const isNews = ({ told: isTold, enrol, occurrence, endedAt, exitedAt }: StateRow): boolean =>
      isTold === true && (endedAt ?? exitedAt) !== undefined && !told.has(`${enrol}-${occurrence}`);
    const news = (await rows('ENROL#')).filter(isNews);
    if (news.length === 0) return;
    const { handler } = await import('../../functions/announce/announce.ts');
    for (const { enrol, occurrence } of news) told.add(`${enrol}-${occurrence}`);
    const Records = news.map(({ pk, sk, ...row }) => ({
      eventName: 'MODIFY',
      dynamodb: { SequenceNumber: '1', Keys: marshall({ pk, sk }), NewImage: marshall({ pk, sk, ...row }) },
    }));
    await handler({ Records } as unknown as DynamoDBStreamEvent, context);
  };

  /** What is on the bus comes back in as signals, until nobody says anything any more. */
  const hearBack = async (): Promise<void> => {
    await announce();
    for (let event = bus.shift(); event !== undefined; event = bus.shift()) {
      if (event.Source === 'segue') continue;
      const {
        type,
        event: name,
        messageId,
        timestamp,
        properties = {},
        traits = {},
        context: about,
      } = JSON.parse(event.Detail);
      const isEmitted =
        type === 'track' && event.Source === 'segue.journey' && !/^Journey (Requested|Ended)$/.test(name);
      if (isEmitted) emitted.push({ at: Date.parse(timestamp), event: name, properties });
      const context_ = { ...about };
      delete context_.customer;
      await take({
        messageId,
        type,
        event: name,
        timestamp,
        subject: { customer },
        properties,
        traits,
        context: context_,
      });
      await announce();
    }
  };

  const passTime = async (until: number): Promise<void> => {
    for (;;) {
      const [due] = executions()
        .filter(({ status, dueAt }) => status === 'running' && dueAt <= until)
        .toSorted((a, b) => a.dueAt - b.dueAt);
      if (due === undefined) break;
      timeOut(due);
      await carryAllOn(customer);
      await hearBack();
    }
    at(until);
  };

  const sent = () =>
    outbox.slice(sentBefore).map(({ channel, input, at: when }) => {
      const tags = tagsOf(input);
      const step = String(tags['step']).replace('_', '@');
      const journey = String(tags['journey']);
      const node = nodeAt(plans.get(journey)!, step.split('@')[0]!);
      const [, enrol, occurrence] = /^(.*)-(\d+)$/.exec(String(tags['run']))!;
      const message = node.kind === 'send' ? node.send.message : '';
      const says = saysOf(input);
      return { at: when, channel, message, step, says, journey, enrol: enrol!, occurrence: Number(occurrence) };
    });

  const detailOf = async (line: Line): Promise<JsonObject | undefined> => {
    if ('signal' in line) return line.signal;
    const about = (event: string, step: string, properties: JsonObject): JsonObject => ({
      type: 'track',
      event,
      userId: customer,
      messageId: `${event} ${step} ${line.at}`,
      properties: { step, ...properties },
    });
    if ('clicks' in line) {
      const message = sent().findLast(({ step }) => step === line.clicks);
      if (message === undefined) throw new Error(`Nothing has come of a step "${line.clicks}".`);
      const { journey, enrol, occurrence } = message;
      return about(emailLinkClicked, line.clicks, { journey, enrol, occurrence, human: true });
    }
    if (!('answers' in line)) return undefined;
    const task = (await tasks()).findLast(({ step }) => step === line.answers);
    if (task === undefined) throw new Error(`Nothing has come of a step "${line.answers}".`);
    const { journey, enrol, occurrence } = task;
    const { outcome, response } = line;
    const answer = { journey, enrol, occurrence, task: line.answers, outcome, by: 'agent-1', response };
    return about(taskAnswered, line.answers, answer);
  };

  const tasks = async (): Promise<StateRow[]> => (await rows('TASK#')).toSorted((a, b) => a['askedAt'] - b['askedAt']);

  const play = async (line: Line): Promise<void> => {
    await passTime(line.at);
    const detail = await detailOf(line);
    if (detail === undefined) return;
    const envelope = { 'detail-type': 'track', source: 'shop', time: new Date(line.at).toISOString(), detail };
    const parsed = parseEvent(envelope, line.at);
    if (parsed.signal === undefined) throw new Error(parsed.refusal.message);
    await take(parsed.signal);
    await hearBack();
  };

  const tell = async (): Promise<Told> => ({
    sent: sent().map(({ at: when, channel, message, step, says }) => {
      const plain = { at: when, channel, message, step };
      return isHeard ? { ...plain, says } : plain;
    }),
    asked: (await tasks()).map(({ askedAt, step, to, shows }) => ({ at: askedAt, step, to, shows })),
    emitted,
    ended: (await rows('ENROL#'))
      .toSorted((a, b) => a['enteredAt'] - b['enteredAt'] || (beginning(a) < beginning(b) ? -1 : 1))
      .map(({ journey, endReason, exitReason }) => ({ journey, reason: endReason ?? exitReason ?? 'open' })),
  });

  return { play, tell, executions };
};

const beginning = ({ journey, key }: StateRow): string => `${journey}/${key}`;

type Outgoing = {
  readonly RawMessage?: { readonly Data: Uint8Array };
  readonly MessageBody?: string;
  readonly Tags?: readonly { readonly Name: string; readonly Value: string }[];
  readonly Context?: Record<string, string>;
  readonly MessageRequest?: {
    readonly Addresses: Record<string, { readonly Context: Record<string, string> }>;
    readonly MessageConfiguration: Record<string, { readonly Body?: string }>;
  };
};

/** The subject of an email, the text of the others. */
const saysOf = ({ RawMessage, MessageBody, MessageRequest }: Outgoing): string => {
  if (RawMessage !== undefined)
    return /^Subject: (.*)$/m.exec(Buffer.from(RawMessage.Data).toString())?.[1]?.trim() ?? '';
  const [push] = Object.values(MessageRequest?.MessageConfiguration ?? {});
  return MessageBody ?? push?.Body ?? '';
};

/** Whose and which a message is, whatever carries it: an email, a text message or a push. */
const tagsOf = ({ Tags, Context, MessageRequest }: Outgoing): Record<string, string> => {
  if (Tags !== undefined) return Object.fromEntries(Tags.map(({ Name, Value }) => [Name, Value]));
  const [push] = Object.values(MessageRequest?.Addresses ?? {});
  return Context ?? push?.Context ?? {};
};

/**
 * Tells a story by the second executor. What it tells must be what the first told.
 * @param documents the journeys, where they are not those of the folders the script names
 */
export const playOnMachine = async (script: Script, documents?: readonly PublishedDocument[]): Promise<Told> => {
  await (started ??= start());
  const { customer, journeys, lines } = script;
  const published = documents ?? journeys.map(publishedAt);
  at(script.start);
  await clearRows('state', `C#${customer}`);
  await clearRows('log', `C#${customer}`);
  await clearRows('state', 'JOURNEYS');
  forgetExecutions(customer);
  bus.length = 0;
  for (const document of published) await publish(document);
  pointersAgeASecond();
  const machine = machineOf(customer, published, documents !== undefined);
  for (const line of lines) await machine.play(line);
  const failed = machine.executions().filter(({ status }) => status === 'failed');
  if (failed.length > 0)
    throw new Error(`An execution failed: ${failed.map(({ error, state }) => `${error} in ${state}`).join()}`);
  return machine.tell();
};
