import './environment.ts';
import type { DynamoDBRecord, SQSEvent } from 'aws-lambda';
import { type Signal, parseEvent } from '#core/signal';
import { idsWith } from '../../../functions/aws/customer-id.ts';
import { hashWith } from '../../../functions/aws/keyed-hash.ts';
import { logStore } from '../../../functions/aws/dynamo-log-store.ts';
import { customerKey, tables } from './environment.ts';
import { copyExecution, enter, executionsOf, type Execution, payloadOf, retry, timeOut } from './step-functions.ts';
import { at, context, outbox, putRows, rowsOf, type StateRow } from './world.ts';

const hash = hashWith(customerKey);
let people = 0;
let signals = 0;
let sequence = 10n ** 20n;
const stream = 'arn:aws:dynamodb:eu-central-1:000000000000:table/Log/stream/2026';

/** A row of the log as its stream tells of it. */
export type Row = { readonly signal: Signal; readonly record: DynamoDBRecord };

/** Where the profile of a customer stands. */
const profileOf = (rows: Awaited<ReturnType<typeof rowsOf>>) => {
  const profile = rows.get('PROFILE');
  return profile === undefined
    ? undefined
    : { ...profile, body: profile['body'] as string, owed: profile['owed'] as string | undefined };
};

/** Calls the function that folds a batch of the log's stream. */
export const fold = async (...rows: readonly Row[]): Promise<void> => {
  const { handler } = await import('../../../functions/profile/fold-profile.ts');
  await handler({ Records: rows.map(({ record }) => record) }, context);
};

/** Calls the function that reads the queue of customers set aside; answers the messages that failed. */
export const refold = async (...bodies: readonly string[]): Promise<readonly string[]> => {
  const { handler } = await import('../../../functions/profile/refold-profile.ts');
  const Records = bodies.map((body, i) => ({ body, messageId: String(i) }));
  const { batchItemFailures } = await handler({ Records } as unknown as SQSEvent, context);
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
};

/** What run-step threw, as Step Functions would write it into the history of an execution. */
export const thrown: string[] = [];

/** Calls run-step as the state machine does: a call that throws is tried again, with a new token. */
export const callStep = async (execution: Execution): Promise<void> => {
  const { handler } = await import('../../../functions/journey/run-step.ts');
  const { token } = execution;
  try {
    await handler(await payloadOf(execution), context);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    thrown.push(`${error.name} ${error.message}`);
    if (execution.token === token) retry(execution, error.name);
  }
};

/** Carries an execution on until it waits or is over. */
export const carryOn = async (execution: Execution): Promise<void> => {
  for (;;) {
    if (execution.next !== undefined) await enter(execution);
    else if (execution.isToCall) await callStep(execution);
    else return;
  }
};

/** Carries all executions of a customer on; one may begin another, which goes on with the run. */
export const carryAllOn = async (customer: string): Promise<void> => {
  const isOnItsWay = ({ next, isToCall }: Execution): boolean => next !== undefined || isToCall;
  for (;;) {
    const execution = executionsOf(customer).find(isOnItsWay);
    if (execution === undefined) return;
    await carryOn(execution);
  }
};

/** A new customer who has said nothing yet. */
export const somebody = () => {
  const user = `person-${++people}`;
  const id = idsWith(customerKey).idOf({ user });
  const log = logStore(tables.log);

  /** A signal of theirs in the log, and in its stream. */
  const say = async (detail: object, { received = Date.now(), time = Date.now() } = {}): Promise<Row> => {
    const messageId = `m-${++signals}`;
    const parsed = parseEvent(
      {
        id: messageId,
        'detail-type': 'track',
        source: 'shop',
        time: new Date(time).toISOString(),
        detail: { userId: user, messageId, ...detail },
      },
      Math.max(time, Date.now()),
    );
    if (parsed.signal === undefined) throw new Error(parsed.refusal.message);
    return stored(parsed.signal, received);
  };

  const stored = async (signal: Signal, received: number): Promise<Row> => {
    const receivedAt = new Date(received).toISOString();
    const failed = await log.put([{ customer: id, signal, receivedAt }]);
    if (failed.length > 0) throw new Error('The log took no row.');
    return { signal, record: recordOf(signal.messageId, { receivedAt, signal: JSON.stringify(signal) }) };
  };

  const recordOf = (sk: string, fields: { readonly [name: string]: string }): DynamoDBRecord => ({
    eventName: 'INSERT',
    eventSourceARN: stream,
    dynamodb: {
      SequenceNumber: String((sequence += 100n)),
      Keys: { pk: { S: `C#${id}` }, sk: { S: sk } },
      NewImage: Object.fromEntries(
        Object.entries({ pk: `C#${id}`, sk, ...fields }).map(([name, value]) => [name, { S: value }]),
      ),
    },
  });

  const track = (
    event: string,
    properties: object = {},
    when: { received?: number; time?: number } = {},
  ): Promise<Row> => say({ type: 'track', event, properties }, when);
  const identify = (traits: object): Promise<Row> => say({ type: 'identify', traits });

  const self = {
    id,
    user,
    say,
    stored,
    recordOf,
    track,
    identify,
    rows: () => rowsOf(`C#${id}`),
    profile: async () => profileOf(await rowsOf(`C#${id}`)),
    runs: async () => [...(await rowsOf(`C#${id}`))].filter(([sk]) => sk.startsWith('ENROL#')).map(([, row]) => row),
    sends: async () => [...(await rowsOf(`C#${id}`))].filter(([sk]) => sk.startsWith('SEND#')).map(([, row]) => row),
    whys: async () => [...(await rowsOf(`C#${id}`))].filter(([sk]) => sk.startsWith('WHY#')).map(([, row]) => row),
    executions: () => executionsOf(id),
    /** Which messages went to this customer. */
    got: () => outbox.filter(({ input }) => JSON.stringify(input).includes(id)).map(({ channel }) => channel),
    /** Everything that waits goes on until this instant. */
    until: async (instant: number): Promise<void> => {
      for (const execution of self.executions()) await carryOn(execution);
      for (;;) {
        const [due] = self
          .executions()
          .filter(({ status, dueAt }) => status === 'running' && dueAt <= instant)
          .toSorted((a, b) => a.dueAt - b.dueAt);
        if (due === undefined) break;
        timeOut(due);
        await carryAllOn(id);
      }
      at(instant);
    },
  };
  return self;
};
export type Somebody = ReturnType<typeof somebody>;

/** Their rows as they were when the first twin was made: they themselves do nothing any more. */
const templates = new Map<string, Promise<readonly StateRow[]>>();

const templateOf = (who: Somebody): Promise<readonly StateRow[]> => {
  const known = templates.get(who.id) ?? who.rows().then((rows) => [...rows.values()]);
  templates.set(who.id, known);
  return known;
};

/** Another customer who is where this one is, with rows and executions of their own. */
export const twinOf = async (who: Somebody): Promise<Somebody> => {
  const twin = somebody();
  const rows = await templateOf(who);
  const enrols = rows
    .filter((row) => row['enrol'] !== undefined)
    .map(({ journey, key, enrol }) => [String(enrol), hash(`enrol:${twin.id}:${journey}:${key}`)] as const);
  const theirs = (text: string): string =>
    enrols.reduce((soFar, [old, own]) => soFar.replaceAll(old, own), text).replaceAll(who.id, twin.id);
  const tokens = new Map(
    who.executions().map((execution) => [execution.token ?? '', copyExecution(execution, theirs).token ?? '']),
  );
  const copies = rows.map(({ runs, ...rest }) => {
    const copy = JSON.parse(theirs(JSON.stringify(rest)));
    const token = tokens.get(copy.token);
    return {
      ...copy,
      ...(token === undefined ? {} : { token }),
      ...(runs === undefined ? {} : { runs: new Set([...runs].map(theirs)) }),
    };
  });
  await putRows('state', copies);
  return twin;
};

/** Somebody who may be reached on every channel, with an open cart. */
export const shopper = async (traits: object = {}) => {
  const who = somebody();
  await fold(
    await who.identify({
      email: `${who.user}@customer.example`,
      phone: '+447700900123',
      firstName: 'Maya',
      consent: { email: true, sms: true, push: true },
      ...traits,
    }),
  );
  return who;
};

export const shoes = { cart_id: 'cart-1', product_id: 'shoes', name: 'Shoes', price: 80, quantity: 1 };
