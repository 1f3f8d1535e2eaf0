import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fakeDate } from './clock/fake-date.ts';
import { realClock } from './clock/real-clock.ts';
import { resumedClock } from './clock/resumed-clock.ts';
import { addControls } from './controls.ts';
import { createDynamoDb } from './dynamodb/create-dynamodb.ts';
import { startEngine } from './dynamodb/engine/start-engine.ts';
import { createEvents } from './events/create-events.ts';
import { createScheduler } from './events/schedule/create-scheduler.ts';
import { compilePattern } from './events/pattern/compile-pattern.ts';
import { freePort } from './listen.ts';
import { sendDirectly } from './front/direct-send.ts';
import { openFront } from './front/open-front.ts';
import { sdkTransport } from './front/sdk-transport.ts';
import { makeRouter } from './front/router.ts';
import { createHttpApi } from './http-api/create-http-api.ts';
import { accessControl, type AccessControl, outside } from './iam/access-control.ts';
import { createSts } from './iam/create-sts.ts';
import { checkTrust } from './iam/policies/trust-policies.ts';
import { openJournal } from './journal/open-journal.ts';
import { createLambda } from './lambda/create-lambda.ts';
import { customResources } from './lambda/custom-resources.ts';
import { isOver } from './lambda/sandbox/surroundings.ts';
import { createMessaging } from './messaging/create-messaging.ts';
import { functionLog } from './function-log.ts';
import { createQueues } from './queues/create-queues.ts';
import { createSecrets } from './secrets/create-secrets.ts';
import { createStates } from './states/create-states.ts';
import { createStorage } from './storage/create-storage.ts';
import { loadStack, unsupported } from './template/load-stack.ts';
import { knownTypes } from './template/resource-types.ts';
import { versionNumbers } from './template/version-numbers.ts';
import { createTopics } from './topics/create-topics.ts';
import type { Json, JsonObject, Stack, World } from './world.ts';

export type GroundOptions = {
  /** Folder of the cloud assembly. */
  readonly assembly: string;
  /** Where everything is kept; undefined keeps nothing. */
  readonly data: string | undefined;
  readonly clock: 'virtual' | 'real';
  /** Where virtual time begins, epoch milliseconds, unless kept data know better. */
  readonly start: number;
  /** 0 takes any free port. */
  readonly awsPort: number;
  readonly httpPort: number;
  /** A folder served at `/` of the HTTP port. */
  readonly page?: string;
  /** One line for a person; never personal data. */
  readonly note: (line: string) => void;
};

export type Ground = {
  readonly stack: Stack;
  readonly awsUrl: string;
  readonly httpUrl: string;
  /** Every operation that is answered, by service. */
  readonly operations: Readonly<Record<string, readonly string[]>>;
  /** Calls an AWS operation as a person outside, without HTTP. */
  call(service: string, operation: string, input: JsonObject): Promise<JsonObject>;
  /** What of the template's permissions nothing has needed so far. */
  readonly access: Pick<AccessControl, 'unusedStatements' | 'unusedGrants'>;
  /** Answers that a function sends to `/_local/answers/{name}`, as CloudFormation would take them. */
  awaitAnswer(name: string, take: (answer: string) => void): void;
  stop(): Promise<void>;
};

/** Where SDK clients of functions in this process find a transport, and who hears of each that is made. */
const clientDefaults = Symbol.for('aws-sdk.client-defaults');
const clientMade = Symbol.for('aws-sdk.client-made');

/** A pattern is compiled once, and asked of every record of a stream. */
const compiledPatterns = new WeakMap<JsonObject, (event: Json) => boolean>();
const matches = (pattern: JsonObject, event: Json): boolean => {
  const test = compiledPatterns.get(pattern) ?? compilePattern(pattern);
  compiledPatterns.set(pattern, test);
  return test(event);
};

/**
 * AWS on one machine: reads a synthesized stack, starts what it declares, and runs its very functions and state machines behind
 * AWS endpoints. Everything listens on 127.0.0.1 only.
 */
export const startGround = async (options: GroundOptions): Promise<Ground> => {
  const undo: Undo[] = [];
  try {
    return await begin(options, (step) => void undo.push(step));
  } catch (error) {
    for (const step of undo.toReversed()) await step();
    throw error;
  }
};

/** One thing that was opened, to be closed when a later one cannot be. */
type Undo = () => unknown;

const begin = async (options: GroundOptions, opened: (undo: Undo) => void): Promise<Ground> => {
  const { data, note } = options;
  const journal = openJournal(data === undefined ? ':memory:' : join(data, 'journal.sqlite'));
  opened(() => journal.close());
  const clock = options.clock === 'real' ? realClock() : resumedClock(journal, options.start);
  const restoreDate = options.clock === 'real' ? () => undefined : fakeDate(clock);
  opened(restoreDate);
  const [awsPort, httpPort] = [await freePort(options.awsPort), await freePort(options.httpPort)];
  const [awsUrl, httpUrl] = [`http://127.0.0.1:${awsPort}`, `http://127.0.0.1:${httpPort}`];

  const stack = loadStack(options.assembly, { awsUrl, httpUrl, versionOf: versionNumbers(journal) });
  const strange = unsupported(stack, knownTypes);
  if (strange.length > 0) note(`Of no effect here: ${strange.join(', ')}. docs/local.md lists what is.`);
  checkTrust(stack);
  const access = accessControl(stack, note);
  const router = makeRouter();
  const world: World & { readonly stack: typeof stack } = {
    stack,
    clock,
    journal,
    note,
    call: router.call,
    as: access.as,
  };
  const front = await openFront({ port: awsPort, router, clock, callerOf: access.callerOf, note });
  opened(() => front.close());
  const answer: typeof front.answer = (request) => (isOver() ? new Promise(() => undefined) : front.answer(request));
  Reflect.set(globalThis, clientDefaults, sdkTransport(answer));
  Reflect.set(globalThis, clientMade, sendDirectly(answer));
  const endpoint = process.env['DYNAMODB_ENDPOINT'];
  const engine = await startEngine({
    folder: data ?? ':memory:',
    note,
    ...(endpoint === undefined ? {} : { endpoint }),
  });
  opened(() => engine.stop());

  const dynamodb = await createDynamoDb(world, engine);
  const events = createEvents(world);
  const queues = createQueues(world);
  const states = createStates(world, events.emit);
  const messaging = createMessaging(world, events.emit);
  const files = data ?? mkdtempSync(join(tmpdir(), 'segue-'));
  const log = functionLog(data);
  const lambda = createLambda(world, { awsUrl, access, matches, logs: log.write });
  const [topics, scheduler] = [createTopics(world), createScheduler(world)];
  const services = [
    dynamodb.service,
    events,
    queues,
    states,
    messaging.ses,
    messaging.smsVoice,
    messaging.mobileTargeting,
    lambda.service,
    createSecrets(world),
    createStorage(world, files),
    createSts(stack),
    topics,
    scheduler,
  ];
  services.forEach(router.add);

  let isReady = false;
  const http = createHttpApi(world, {
    ready: () => isReady,
    details: () => ({ aws: awsUrl, now: new Date(clock.now()).toISOString() }),
  });
  const answers = addControls({ front, http, clock, journal, messaging, states, lambda, router, dynamodb, awsUrl });
  if (options.page !== undefined) http.mount('/', options.page);

  opened(() => lambda.stop());
  lambda.start({ streams: dynamodb.streams, queues });
  await customResources({ world, front }).deploy();
  for (const started of [events, topics, scheduler, messaging]) started.start();
  states.recover();
  await http.listen(httpPort);
  isReady = true;

  return {
    stack,
    awsUrl,
    httpUrl,
    access,
    operations: Object.fromEntries(services.map(({ name, operations }) => [name, Object.keys(operations).toSorted()])),
    call: (service, operation, input) => clock.busy(() => router.call(service, operation, input, outside)),
    awaitAnswer: (name, take) => void answers.set(name, take),
    stop: async () => {
      isReady = false;
      Reflect.deleteProperty(globalThis, clientDefaults);
      Reflect.deleteProperty(globalThis, clientMade);
      lambda.stop();
      await Promise.all([http.close(), front.close()]);
      await journal.durable();
      await engine.stop();
      journal.close();
      log.close();
      if (data === undefined) rmSync(files, { recursive: true, force: true });
      restoreDate();
    },
  };
};
