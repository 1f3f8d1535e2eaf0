import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  DynamoDBServiceException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { PinpointClient } from '@aws-sdk/client-pinpoint';
import { PinpointSMSVoiceV2Client } from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESClient } from '@aws-sdk/client-ses';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { startEngine, type Engine } from '../../../local/dynamodb/engine/start-engine.ts';
import { customerKey } from '../../functions/world/environment.ts';
import { currentProcess, type Fault, type Process, storyTime } from './kernel.ts';
import { type Wire, wire } from './wire.ts';

/** What the SDK sends: its shape is AWS's, not ours. */
// oxlint-disable-next-line typescript/no-explicit-any
type Json = Record<string, any>;
export type Call = { readonly operation: string; readonly input: Json };

/** What a story does with the calls that are made in it. */
export type Services = {
  /** Step Functions, the queue and the bus: the answer, or an error. */
  readonly answer: (call: Call, options: unknown) => object;
  /** A provider takes a message, or does not. */
  readonly deliver: (call: Call) => object;
  /** Told of every write that DynamoDB made, in their order. */
  readonly wrote: (call: Call) => Promise<void>;
  readonly bug?: Bug | undefined;
};

/** A seeded bug: a function that has it would call, or read, or wait like this. */
export type Bug = {
  readonly rewrite?: (call: Call) => Json;
  readonly reread?: (call: Call, answer: Json) => Json;
  readonly misread?: (error: unknown) => unknown;
  /** It waits for an answer however long it takes. */
  readonly waits?: true;
};

const services = new WeakMap<object, Services>();
export const serve = (kernel: object, their: Services): void => void services.set(kernel, their);

let engine: Engine | undefined;
let engineWire: Wire | undefined;

const errorOf = (status: number, body: string): Error => {
  const { __type = '', message = '', Item, CancellationReasons } = JSON.parse(body) as Json;
  const name = String(__type).split('#').at(-1) ?? '';
  const about = { message, $metadata: { httpStatusCode: status } };
  if (name === 'ConditionalCheckFailedException') return new ConditionalCheckFailedException({ ...about, Item });
  if (name === 'TransactionCanceledException')
    return new TransactionCanceledException({ ...about, CancellationReasons });
  return new DynamoDBServiceException({ ...about, name, $fault: 'client' });
};

/** The engine itself, past every fault. */
export const dynamo = async ({ operation, input }: Call): Promise<Json> => {
  const { status, body } = await engineWire!.call(operation, input);
  if (status !== 200) throw errorOf(status, body);
  return JSON.parse(body);
};

const deathly = ['dies before', 'dies after'];
const slow = ['paused', 'paused', 'slow', 'slow', 'answered late', 'given up'];
/** SDK retries are behind `fails`; `applied twice` is one of them that came after the first had arrived. */
const faultsOf = (operation: string): readonly Fault[] => {
  if (/^(Query|GetItem|BatchGetItem)$/.test(operation)) return [...deathly, 'fails before', 'throttled', ...slow];
  if (operation === 'TransactWriteItems')
    return [...deathly, 'fails before', 'fails after', 'throttled', 'conflict', ...slow];
  if (/^(PutItem|UpdateItem|BatchWriteItem|BatchExecuteStatement)$/.test(operation))
    return [...deathly, 'fails before', 'fails after', 'throttled', 'conflict', 'applied twice', ...slow];
  if (/^(SendRawEmail|SendTextMessage|SendMessages)$/.test(operation))
    return [
      ...deathly,
      'hangs',
      'accepted, then hangs',
      'answers 500',
      'accepted, then 500',
      'throttled',
      'rejected',
      ...slow,
    ];
  if (operation === 'PutEvents') return deathly;
  return [...deathly, 'fails before', 'fails after', 'applied twice', ...slow];
};
/** Step Functions itself neither dies nor waits. */
const integrationFaults = ['throttled', 'conflict', 'applied twice'];

const isProvider = (operation: string): boolean => /^(SendRawEmail|SendTextMessage|SendMessages)$/.test(operation);
const isDynamo = (operation: string): boolean => /Item|Query|Statement/.test(operation);
const isWrite = (operation: string): boolean => /Put|Update|Write|Statement/.test(operation);

/** What function instances keep for a while, or forever: whether they read it just now is no part of a story. */
const isKept = (operation: string, input: Json): boolean => {
  if (operation === 'GetSecretValue') return true;
  if (operation !== 'GetItem' && operation !== 'Query') return false;
  const values: Json[] = Object.values(input['Key'] ?? input['ExpressionAttributeValues'] ?? {});
  return values.some((value) => /^(JOURNEYS|SEGMENTS|SWITCHES|J#)/.test(value['S'] ?? ''));
};

const failure = (name: string, status?: number): Error =>
  Object.assign(new Error(name), { name, $metadata: status === undefined ? {} : { httpStatusCode: status } });

const throttled = (operation: string): Error =>
  operation === 'TransactWriteItems'
    ? new TransactionCanceledException({
        message: 'no',
        $metadata: {},
        CancellationReasons: [{ Code: 'ThrottlingError' }],
      })
    : failure(isProvider(operation) ? 'Throttling' : 'ThrottlingException', 400);

/** A transaction or another write is at the same row: said of the last item. */
const conflict = (operation: string, input: Json): Error =>
  operation === 'TransactWriteItems'
    ? new TransactionCanceledException({
        message: 'no',
        $metadata: {},
        CancellationReasons: input['TransactItems'].map((_: unknown, i: number, all: unknown[]) => ({
          Code: i === all.length - 1 ? 'TransactionConflict' : 'None',
        })),
      })
    : failure('TransactionConflictException', 400);

/** Statements that stand for themselves are told so one by one. */
const conflicts = (input: Json): object => ({
  Responses: input['Statements'].map(() => ({ Error: { Code: 'TransactionConflict', Message: 'no' } })),
});

const never = (): Promise<never> => new Promise(() => undefined);

const apply = async (call: Call, options: unknown, their: Services): Promise<object> => {
  if (isProvider(call.operation)) return their.deliver(call);
  if (!isDynamo(call.operation)) return their.answer(call, options);
  const answer = await dynamo(call);
  if (isWrite(call.operation)) await their.wrote(call);
  return answer;
};

/** When the caller gives up waiting, in the story's time. */
const deadlines = new WeakMap<object, number>();
const deadlineOf = (options: unknown): number => {
  const signal = typeof options === 'object' && options !== null ? Reflect.get(options, 'abortSignal') : undefined;
  return typeof signal === 'object' && signal !== null ? (deadlines.get(signal) ?? Infinity) : Infinity;
};

const labelOf = (operation: string, input: Json): string => {
  const parts: Json[] = input['TransactItems']?.flatMap((item: Json) => Object.values(item)) ??
    input['Statements'] ?? [input];
  const inText = ({ Parameters = [] }: Json): string =>
    Parameters.find(({ S = '' }: Json) => /^(PROFILE|ENROL#|SEND#)/.test(S))?.S ?? '';
  const keys = parts.map((part) => String((part['Key'] ?? part['Item'])?.sk?.S ?? inText(part)).split('#')[0]);
  const told = input['error'] ?? input['output'] ?? '';
  return [operation, ...new Set(keys), told].join(' ').trim();
};

/** One call of somebody in a story: it waits for its turn, and may break. */
const made = async (process: Process, call: Call, options: unknown): Promise<object> => {
  const { kernel } = process;
  const { operation, input } = call;
  const their = services.get(kernel)!;
  const faults = process.name.startsWith('machine') ? integrationFaults : faultsOf(operation);
  const fault = await kernel.turn(process, labelOf(operation, input), faults);
  const deadline = their.bug?.waits === true ? Infinity : deadlineOf(options);
  if (isProvider(operation) && kernel.now >= deadline) throw failure('AbortError');
  const hang = async (): Promise<never> => {
    await kernel.sleep(Math.min(deadline, kernel.now + 60_000) - kernel.now, 'answer never comes');
    throw failure('AbortError');
  };
  switch (fault) {
    case 'dies before':
      kernel.die(process, 'Lambda.Unknown');
      return never();
    case 'fails before':
      throw failure('TimeoutError');
    case 'throttled':
      throw throttled(operation);
    case 'conflict':
      if (operation === 'BatchExecuteStatement') return conflicts(input);
      throw conflict(operation, input);
    case 'hangs':
      return hang();
    case 'answers 500':
      throw failure('ServiceUnavailable', 500);
    case 'rejected':
      throw failure('MessageRejected', 400);
    case undefined:
    case 'paused':
    case 'slow':
    case 'given up':
      return apply(call, options, their);
  }
  const answer = await apply(call, options, their).catch((error: unknown) => error as Error);
  switch (fault) {
    case 'dies after':
      kernel.die(process, 'Lambda.Unknown');
      return never();
    case 'answered late':
      await kernel.freeze(process);
      if (answer instanceof Error) throw answer;
      return answer;
    case 'accepted, then hangs':
      return hang();
    case 'accepted, then 500':
      throw failure('ServiceUnavailable', 500);
    case 'applied twice':
      return apply(call, options, their);
  }
  if (answer instanceof Error) throw answer;
  throw failure('TimeoutError');
};

const plain = (value: unknown): Json => value as Json;

const watch = (prototype: { send: unknown }): void => {
  prototype.send = async (command: object, options?: object): Promise<object> => {
    const operation = command.constructor.name.replace('Command', '');
    const input = plain(Reflect.get(command, 'input'));
    if (operation === 'GetSecretValue') return { SecretString: customerKey };
    const process = currentProcess();
    if (process === undefined || isKept(operation, input)) return dynamo({ operation, input });
    const { rewrite, reread, misread } = services.get(process.kernel)?.bug ?? {};
    const call = { operation, input: rewrite === undefined ? input : rewrite({ operation, input }) };
    try {
      const answer = await made(process, call, options);
      return reread === undefined ? answer : reread(call, answer);
    } catch (error) {
      throw misread === undefined ? error : misread(error);
    }
  };
};

const keys = (...names: string[]) =>
  names.map((AttributeName, i) => ({ AttributeName, KeyType: i === 0 ? 'HASH' : 'RANGE' }));
const strings = (...names: string[]) => names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' }));

const makeTables = async (): Promise<void> => {
  const table = { KeySchema: keys('pk', 'sk'), BillingMode: 'PAY_PER_REQUEST' };
  await dynamo({
    operation: 'CreateTable',
    input: { ...table, TableName: 'State', AttributeDefinitions: strings('pk', 'sk') },
  });
  await dynamo({
    operation: 'CreateTable',
    input: {
      ...table,
      TableName: 'Log',
      AttributeDefinitions: strings('pk', 'sk', 'at'),
      LocalSecondaryIndexes: [
        { IndexName: 'byTime', KeySchema: keys('pk', 'at'), Projection: { ProjectionType: 'KEYS_ONLY' } },
      ],
    },
  });
};

/** Dates and time-outs of functions are the story's; chance says nothing there. Outside stories all is as ever. */
const takeOverTime = (): (() => void) => {
  const machine = { Date: globalThis.Date, random: Math.random, timeout: AbortSignal.timeout };
  const now = (): number => storyTime() ?? machine.Date.now();
  globalThis.Date = new Proxy(machine.Date, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length > 0 ? args : [now()], newTarget),
    get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
  });
  Math.random = () => (storyTime() === undefined ? machine.random() : 0);
  AbortSignal.timeout = (ms) => {
    const at = storyTime();
    if (at === undefined) return machine.timeout.call(AbortSignal, ms);
    const { signal } = new AbortController();
    deadlines.set(signal, at + ms);
    return signal;
  };
  return () => {
    globalThis.Date = machine.Date;
    Math.random = machine.random;
    AbortSignal.timeout = machine.timeout;
  };
};

/** Starts the DynamoDB engine and takes the place of every other service. @returns the way back */
export const startGround = async (): Promise<() => Promise<void>> => {
  engine = await startEngine({ folder: ':memory:', note: () => undefined });
  engineWire = wire(engine.endpoint);
  await makeTables();
  const clients = [
    DynamoDBClient,
    SFNClient,
    SESClient,
    PinpointSMSVoiceV2Client,
    PinpointClient,
    SQSClient,
    SecretsManagerClient,
    EventBridgeClient,
  ].map(({ prototype }) => prototype as { send: unknown });
  const before = clients.map((prototype) => [prototype, prototype.send] as const);
  for (const prototype of clients) watch(prototype);
  const giveBack = takeOverTime();
  return async () => {
    giveBack();
    for (const [prototype, send] of before) prototype.send = send;
    engineWire?.close();
    await engine?.stop();
  };
};
