import { claimsQueue, refoldQueue } from '../../functions/world/environment.ts';
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Context, DynamoDBStreamEvent, SQSEvent } from 'aws-lambda';
import { type Bug, type Call, serve } from '../ground/aws.ts';
import { Kernel, type Process } from '../ground/kernel.ts';
import { choices, type Plan } from '../ground/plan.ts';
import { type Execution, stateMachines } from '../ground/state-machines.ts';
import { afterRuns } from './after-runs.ts';
import { history, type Violation } from './history.ts';
import { machineOf } from './journeys.ts';
import { forget, idOf, ids, receive, type Received, type Row } from './people.ts';
import { keepPromises } from './promises.ts';
import { day, hour, type Line, minute, type Person, scriptOf } from './script.ts';

/** Lambda gives a call up after this, however it goes on. */
const callMs = 30 * 1000;

const about = {
  functionName: 'test',
  memoryLimitInMB: '512',
  awsRequestId: 'request',
  invokedFunctionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:test',
};
/** What a call that begins now is told of itself. */
const contextIn = (kernel: Kernel): Context => {
  const end = kernel.now + callMs;
  return { ...about, getRemainingTimeInMillis: () => end - kernel.now } as Context;
};

export type Told = {
  readonly plan: Plan;
  readonly violations: readonly Violation[];
  readonly trace: readonly string[];
  readonly choices: ReadonlyMap<string, number>;
  readonly coverage: ReadonlyMap<string, number>;
  readonly messages: number;
  /** Milliseconds of the story. */
  readonly lasted: number;
};

/** What a provider was asked to send, whichever it is. */
const messageOf = ({ operation, input }: Call): { channel: 'email' | 'sms' | 'push'; to: string; tags: Row } => {
  if (operation === 'SendRawEmail') {
    const tags = Object.fromEntries(input['Tags'].map(({ Name, Value }: Row) => [Name, Value]));
    return { channel: 'email', to: input['Destinations'][0], tags };
  }
  if (operation === 'SendTextMessage')
    return { channel: 'sms', to: input['DestinationPhoneNumber'], tags: input['Context'] };
  const [[to, about] = ['', {}]] = Object.entries<Row>(input['MessageRequest'].Addresses);
  return { channel: 'push', to, tags: about['Context'] };
};

const answerOf = (channel: string, to: string, id: string): object =>
  channel === 'push'
    ? { MessageResponse: { Result: { [to]: { DeliveryStatus: 'SUCCESSFUL', MessageId: id } } } }
    : { MessageId: id };

const throttling = (): Error =>
  Object.assign(new Error('no'), { name: 'Throttling', $metadata: { httpStatusCode: 400 } });

/** The functions as Lambda would load them. */
const load = async () => {
  process.env['POWERTOOLS_DEV'] = 'true';
  const { handler: runStep } = await import('../../../functions/journey/run-step.ts');
  const { handler: fold } = await import('../../../functions/profile/fold-profile.ts');
  const { handler: refold } = await import('../../../functions/profile/refold-profile.ts');
  const { handler: announce } = await import('../../../functions/announce/announce.ts');
  const { handler: settleClaims } = await import('../../../functions/message/settle-claims.ts');
  return { runStep, fold, refold, announce, settleClaims };
};
let functions: ReturnType<typeof load> | undefined;
let client: DynamoDBClient | undefined;
const mostSteps = 4000;

/** Tells the story of a seed over the real functions and tables, one call to AWS at a time, and says what was broken. */
export const tellStory = async (
  plan: Plan,
  { bug, isAgain = false }: { readonly bug?: Bug | undefined; readonly isAgain?: boolean } = {},
): Promise<Told> => {
  const { runStep, fold, refold, announce, settleClaims } = await (functions ??= load());
  const script = scriptOf(plan.seed);
  const { people } = script;
  if (isAgain) await forget(people);
  const chosen = choices(plan);
  const kernel = new Kernel(script.start, chosen, script.mood);
  const past = history(kernel);
  let attempts = 0;
  let said = 0;

  const launch = (name: string, gone: (error: string) => void, run: () => Promise<void>): void => {
    const process: Process = { name, kernel, host: { gone }, isDead: false };
    kernel.launch(process, run);
  };

  // State machines
  const invoke = (execution: Execution, payload: Row): void => {
    const token = String(payload['token']);
    const failed = (error: string): void => machines.failed(execution, token, error);
    launch(`step ${++attempts} ${payload['step']}`, failed, async () => {
      try {
        await runStep(payload, contextIn(kernel));
      } catch (error) {
        failed(error instanceof Error ? error.name : 'Unknown');
      }
    });
  };
  const update = async (input: Row): Promise<void> => {
    const command = new UpdateItemCommand({ ...input, TableName: 'State' } as never);
    await (client ??= new DynamoDBClient({})).send(command);
  };
  const machines = stateMachines({ kernel, machineOf, invoke, update, ended: () => undefined });

  // The queue of customers set aside
  const aside = new Set<string>();
  const refoldLater = (body: string, attempt = 1): void =>
    kernel.after(attempt === 1 ? 1000 : minute, 'refold', () => {
      let isOver = false;
      const gone = (): void => {
        if (!isOver) refoldLater(body, attempt + 1);
        isOver = true;
      };
      launch(`refold ${++attempts}`, gone, async () => {
        const event = { Records: [{ body, messageId: '1' }] } as unknown as SQSEvent;
        const { batchItemFailures } = await refold(event, contextIn(kernel));
        if (batchItemFailures.length > 0) return gone();
        if (isOver) return;
        isOver = true;
        const { messageIds } = JSON.parse(body);
        for (const id of messageIds) aside.delete(id);
        await past.acknowledge(messageIds);
      });
    });

  // The table's stream, and the queue of claims that a run has left behind
  const left = afterRuns({
    kernel,
    launch: (name, gone, run) => launch(`${name} ${++attempts}`, gone, run),
    announce: (event) => announce(event, contextIn(kernel)),
    settleClaims: (event) => settleClaims(event, contextIn(kernel)),
  });

  // The log's stream: in order for each customer, one batch at a time; a batch that failed comes again
  const inboxes = people.map((): Received[] => []);
  const isBusy = people.map(() => false);
  const foldBatch = (batch: readonly Received[], done: () => void): void => {
    let isOver = false;
    const gone = (): void => {
      if (!isOver) kernel.after(1000, 'stream again', () => foldBatch(batch, done));
      isOver = true;
    };
    launch(
      `fold ${++attempts} ${batch.map(({ signal }) => signal.event ?? signal.type).join(', ')}`,
      gone,
      async () => {
        try {
          await fold({ Records: batch.map(({ record }) => record) } as DynamoDBStreamEvent, contextIn(kernel));
        } catch {
          return gone();
        }
        if (isOver) return;
        isOver = true;
        const told = batch.map(({ signal }) => signal.messageId).filter((id) => !aside.has(id));
        await past.acknowledge(told);
        done();
      },
    );
  };
  const again = (batch: readonly Received[]): void => {
    const when = kernel.choose('again', 5, 0.08);
    const ms = [0, 300, 40_000, 5 * hour, day + hour][when] ?? 0;
    if (when > 0) kernel.after(ms, 'delivered again', () => foldBatch(batch, () => undefined));
  };
  const deliver = (person: number): void => {
    const inbox = inboxes[person]!;
    if (isBusy[person] === true || inbox.length === 0) return;
    isBusy[person] = true;
    const batch = inbox.splice(0, 3);
    foldBatch(batch, () => {
      isBusy[person] = false;
      again(batch);
      deliver(person);
    });
  };

  /** Somebody says something: it is in the log, and its stream will tell of it. */
  const speak = (person: number, details: readonly object[], isReport = false): void => {
    const who = people[person]!;
    launch(
      'shop',
      () => undefined,
      async () => {
        for (const detail of details) {
          const messageId = `m-${plan.seed}-${++said}`;
          const one = await receive({ person: who, detail, messageId, now: kernel.now, sequence: said, isReport });
          past.received.push({ ...one, customer: idOf(who) });
          inboxes[person]!.push(one);
          kernel.say('shop', `${who.user} ${JSON.stringify(detail)}`);
        }
        kernel.after([200, 20, 10_000][kernel.choose('stream', 3, 0.3)] ?? 200, 'stream', () => deliver(person));
      },
    );
  };

  const introduction = ({ traits, device }: Person): object => ({
    type: 'identify',
    traits,
    ...(device === undefined ? {} : { context: { device: { token: device, type: 'ios' } } }),
  });
  const detailOf = ({ event, properties }: Line): object =>
    event === 'identify' ? { type: 'identify', traits: { firstName: 'Maya' } } : { type: 'track', event, properties };

  const introduced = new Set<number>();
  for (const line of script.spoken) {
    if (plan.without?.has(line.number) === true) continue;
    kernel.after(line.at, 'say', () => {
      const first = introduced.has(line.person) ? [] : [introduction(people[line.person]!)];
      introduced.add(line.person);
      speak(line.person, [...first, detailOf(line)]);
    });
  }

  let frozen = 0;
  /** The newest message of the first customer, as reports about it say. */
  let latest: Row | undefined;
  kernel.frozen = () => {
    const line = script.meanwhile[frozen++];
    if (line === undefined || plan.without?.has(line.number) === true || !introduced.has(line.person)) return;
    kernel.after(line.afterMs, 'meanwhile', () => {
      const isReport = line.event.startsWith('Email');
      if (isReport && latest === undefined) return;
      const properties = { ...line.properties, ...(isReport ? latest : {}) };
      speak(line.person, [detailOf({ ...line, properties })], isReport);
    });
  };

  // Providers
  const react = (about: Row): void => {
    if (about['customer'] === idOf(people[0]!)) latest = about;
    const nth = past.accepted.length - 1;
    for (const reaction of script.reactions) {
      if (reaction.message !== nth || plan.without?.has(reaction.number) === true) continue;
      const person = people.findIndex((each) => idOf(each) === about['customer']);
      const isReport = reaction.event.startsWith('Email');
      const properties = { ...reaction.properties, ...(isReport ? about : {}) };
      kernel.after(reaction.afterMs, 'react', () => speak(person, [detailOf({ ...reaction, properties })], isReport));
    }
  };
  const takes = (call: Call): object => {
    const isOut = script.outages.some(
      ({ operation, from, to }) => operation === call.operation && from <= kernel.now && kernel.now < to,
    );
    if (isOut) throw throttling();
    const { channel, to, tags } = messageOf(call);
    const [enrol = '', occurrence = ''] = tags['run'].split('-');
    const { customer, journey, step } = tags as { customer: string; journey: string; step: string };
    const id = `${channel}-${past.accepted.length + 1}`;
    const message = { send: `${enrol}#${occurrence}#${step}`, customer, journey, step, channel, to, id };
    past.accept(message, ids.addressHash(channel, to));
    react({ customer, journey, enrol, occurrence, step, channel, human: true, address: to });
    return answerOf(channel, to, id);
  };

  serve(kernel, {
    answer: ({ operation, input }) => {
      if (operation === 'SendMessage') {
        if (input['QueueUrl'] === claimsQueue) left.claim(input['MessageBody']);
        if (input['QueueUrl'] !== refoldQueue) return { MessageId: 'm' };
        for (const id of JSON.parse(input['MessageBody']).messageIds ?? []) aside.add(id);
        refoldLater(input['MessageBody']);
        return { MessageId: 'm' };
      }
      if (operation === 'PutEvents') return { FailedEntryCount: 0, Entries: [] };
      return machines.call(operation, input);
    },
    deliver: takes,
    wrote: async (call) => {
      await past.wrote(call);
      await left.wrote(call);
    },
    bug,
  });

  const isAtRest = await kernel.run(mostSteps);
  if (!isAtRest) past.broken('I15', `not at rest after ${mostSteps} steps`);
  else await keepPromises({ history: past, machines, people, hasNoOutage: script.outages.length === 0 });
  return {
    plan,
    violations: past.violations,
    trace: kernel.trace,
    choices: chosen.made,
    coverage: kernel.coverage,
    messages: past.accepted.length,
    lasted: kernel.now - script.start,
  };
};
