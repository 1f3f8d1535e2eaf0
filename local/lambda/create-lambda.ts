import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Json, Resource, Service, Stack, World } from '../world.ts';
import type { Streams } from '../dynamodb/streams/streams.ts';
import type { AccessControl } from '../iam/access-control.ts';
import { asyncInvocations } from './async-invocations.ts';
import { functionsOf, parseFunctionName, type DeclaredFunction } from './functions.ts';
import { lambdaService } from './lambda-service.ts';
import { atMost } from './sandbox/at-most.ts';
import { functionRunner, type Answer, type Invocation, type LogEntry } from './sandbox/function-runner.ts';
import { type Tally, tallies } from './sandbox/tallies.ts';
import { checkVisibility } from './sources/check-mapping.ts';
import { mappingOf, type Matches } from './sources/mapping.ts';
import { queueSource, type QueueHook } from './sources/queue-source.ts';
import { requireSourceAccess } from './sources/required-access.ts';
import type { Source } from './sources/source.ts';
import { streamSource } from './sources/stream/stream-source.ts';

export interface LambdaParts {
  /** Address of the front; functions find every AWS service there. */
  readonly awsUrl: string;
  readonly access: Pick<AccessControl, 'credentials'>;
  readonly matches: Matches;
  /** Takes what functions print. */
  readonly logs: (entry: LogEntry) => void;
}

/** Where event source mappings read from. */
export interface Feeds {
  readonly streams: Streams;
  readonly queues: QueueHook;
}

export interface Lambda {
  readonly service: Service;
  /** Starts the event source mappings and takes up unfinished events. */
  start(feeds: Feeds): void;
  /** Takes functions, their code and environment from a new assembly. Mappings stay as they are. */
  reload(stack: Stack): void;
  /** What became of the calls of every function so far. */
  tallies(): readonly Tally[];
  stop(): void;
}

/**
 * Invocations under way at once, besides those that read queues and streams, which have limits of their own. More would not be
 * faster, since all share one processor: each would take longer, up to its time-out, and thousands fill the memory.
 */
const AT_ONCE = 100;

type Run = (invocation: Invocation) => Promise<Answer>;

/** The functions of the stack, run in this process, and what feeds them. */
export function createLambda(world: World, parts: LambdaParts): Lambda {
  let functions = byName(world.stack);
  const runners = new Map<string, { readonly declared: DeclaredFunction; readonly run: Run }>();
  const sources: Source[] = [];
  const tally = tallies(world.note);

  const find = (reference: string) => functions.get(parseFunctionName(reference).name);

  const newRunner = (declared: DeclaredFunction): Run =>
    functionRunner(declared, {
      environment: environmentOf(world.stack, declared, parts),
      logs: parts.logs,
      loaded: (error) => (error === undefined ? tally.loaded(declared) : tally.failedToLoad(declared, error)),
    });

  /** A function keeps its loaded module as long as nothing about it changes. */
  const runnerOf = (declared: DeclaredFunction): Run => {
    const known = runners.get(declared.name);
    if (known?.declared === declared) return known.run;
    const run = known !== undefined && isDeepStrictEqual(known.declared, declared) ? known.run : newRunner(declared);
    runners.set(declared.name, { declared, run });
    return run;
  };

  const run = async (declared: DeclaredFunction, invocation: Invocation) => {
    const answer = await world.clock.busy(() => runnerOf(declared)(invocation));
    tally.ended(declared, answer);
    return answer;
  };

  const invoke = async (functionArn: string, event: Json, requestId: string = randomUUID()): Promise<Answer> => {
    const declared = find(functionArn);
    if (!declared) throw new Error(`Function not found: ${functionArn}`);
    const version = parseFunctionName(functionArn).qualifier ?? '$LATEST';
    return run(declared, { requestId, invokedArn: functionArn, version, event });
  };

  const inTurn = atMost(AT_ONCE);
  const later = asyncInvocations({ world, find, invoke: (...event) => inTurn(() => invoke(...event)) });

  const startSource = (resource: Resource, { streams, queues }: Feeds) => {
    const mapping = mappingOf(resource, parts.matches);
    if (!mapping) return;
    const declared = find(mapping.functionArn);
    if (!declared) throw new Error(`${mapping.logicalId} feeds ${mapping.functionArn}, which the stack does not have.`);
    const queue = world.stack.find(mapping.sourceArn);
    if (queue?.type === 'AWS::SQS::Queue')
      checkVisibility(mapping.logicalId, visibilityOf(queue), declared.timeoutSeconds);
    try {
      requireSourceAccess(world.as(declared.roleArn), mapping);
    } catch (error) {
      return world.note(`${mapping.logicalId} was not created: ${String(error)}`);
    }
    const qualified = mapping.functionArn.startsWith('arn:') ? mapping.functionArn : declared.arn;
    const source = {
      world,
      mapping: { ...mapping, functionArn: qualified },
      roleArn: declared.roleArn,
      invoke: (records: readonly Json[]) => invoke(qualified, { Records: records }),
    };
    const isStream = mapping.sourceArn.includes(':dynamodb:');
    sources.push(isStream ? streamSource(source, streams) : queueSource(source, queues));
  };

  return {
    service: lambdaService({ world, find, run, inTurn, later, functions: () => [...functions.values()] }),
    tallies: () => Array.from(functions.values(), tally.of),
    start(feeds) {
      for (const { name, unrunnable } of functions.values())
        if (unrunnable !== undefined)
          world.note(`${name} does not run here: ${unrunnable}. Its calls answer an error.`);
      for (const resource of world.stack.all('AWS::Lambda::EventSourceMapping')) startSource(resource, feeds);
      later.resume();
    },
    reload(stack) {
      functions = byName(stack);
    },
    stop() {
      for (const source of sources.splice(0)) source.stop();
    },
  };
}

const byName = (stack: Stack): ReadonlyMap<string, DeclaredFunction> =>
  new Map(functionsOf(stack).map((declared) => [declared.name, declared]));

const visibilityOf = ({ properties }: Resource): number => Number(properties['VisibilityTimeout'] ?? 30);

const environmentOf = (stack: Stack, { roleArn }: DeclaredFunction, { awsUrl, access }: LambdaParts) => {
  const { accessKeyId, secretAccessKey, sessionToken } = access.credentials(roleArn);
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_DEFAULT_REGION: stack.region,
    AWS_ENDPOINT_URL: awsUrl,
    AWS_REGION: stack.region,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  };
};
