import { randomUUID } from 'node:crypto';
import { AwsError, type Caller, type Json, type JsonObject, type Service, type World } from '../world.ts';
import { textOr } from '../template/json.ts';
import type { asyncInvocations } from './async-invocations.ts';
import { describeFunctions } from './describe-functions.ts';
import { parseFunctionName, type DeclaredFunction } from './functions.ts';
import type { Answer, Invocation } from './sandbox/function-runner.ts';

export interface LambdaServiceParts {
  readonly world: World;
  readonly find: (reference: string) => DeclaredFunction | undefined;
  readonly run: (declared: DeclaredFunction, invocation: Invocation) => Promise<Answer>;
  /** Holds back what comes at once with too much else. */
  readonly inTurn: (work: () => Promise<Answer>) => Promise<Answer>;
  readonly later: Pick<ReturnType<typeof asyncInvocations>, 'accept'>;
  readonly functions: () => readonly DeclaredFunction[];
}

/** Request payloads, in bytes. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MOST_BYTES = { RequestResponse: 6_291_456, Event: 1_048_576 } as const;

/**
 * Lambda's `Invoke`, and what is asked about functions and mappings. A payload is the JSON value itself, in and out. Every version and alias of a function runs the code of this
 * assembly.
 */
export function lambdaService({ world, find, run, inTurn, later, functions }: LambdaServiceParts): Service {
  const target = (input: JsonObject, caller: Caller) => {
    const reference = textOr(input['FunctionName'], '');
    const asked = parseFunctionName(reference);
    const qualifier = asked.qualifier ?? textOr(input['Qualifier'], undefined);
    const declared = find(asked.name);
    const base = declared?.arn ?? `arn:aws:lambda:${world.stack.region}:${world.stack.account}:function:${asked.name}`;
    const invokedArn = qualifier === undefined ? base : `${base}:${qualifier}`;
    caller.require('lambda:InvokeFunction', invokedArn);
    if (!declared || !isKnown(world, invokedArn, qualifier)) {
      throw new AwsError('ResourceNotFoundException', `Function not found: ${invokedArn}`, { status: 404 });
    }
    return { declared, invokedArn, version: versionOf(world, invokedArn, qualifier) };
  };

  const invoke = async (input: JsonObject, caller: Caller): Promise<JsonObject> => {
    const { declared, invokedArn, version } = target(input, caller);
    const event: Json = input['Payload'] ?? {};
    if (input['InvocationType'] === 'DryRun') return { StatusCode: 204 };
    checkSize(event, input['InvocationType'] === 'Event' ? 'Event' : 'RequestResponse');
    if (input['InvocationType'] === 'Event') {
      await later.accept(invokedArn, event);
      return { StatusCode: 202 };
    }
    const work = () => run(declared, { requestId: randomUUID(), invokedArn, version, event });
    // Whoever is called by a function runs inside its turn: to wait for another one could be to wait for ever.
    const isNested = functions().some(({ roleArn }) => roleArn === caller.id);
    const answer = await (isNested ? work() : inTurn(work));
    return {
      StatusCode: 200,
      ExecutedVersion: version,
      ...(answer.error && { FunctionError: answer.error }),
      Payload: answer.payload,
    };
  };

  const { operations, routes } = describeFunctions({ world, find, functions });
  return {
    name: 'lambda',
    operations: { Invoke: invoke, ...operations },
    routes: [
      ...routes,
      { route: 'POST /2015-03-31/functions/{FunctionName}/invocations', operation: 'Invoke', payload: 'Payload' },
    ],
  };
}

function checkSize(event: Json, type: keyof typeof MOST_BYTES): void {
  const bytes = Buffer.byteLength(JSON.stringify(event));
  if (bytes <= MOST_BYTES[type]) return;
  const message =
    type === 'Event'
      ? `${bytes} byte payload is too large for the Event invocation type (limit ${MOST_BYTES.Event} bytes)`
      : `Request must be smaller than ${MOST_BYTES.RequestResponse} bytes for the InvokeFunction operation`;
  throw new AwsError('RequestTooLargeException', message, { status: 413 });
}

const isKnown = ({ stack }: World, invokedArn: string, qualifier: string | undefined): boolean =>
  qualifier === undefined || qualifier === '$LATEST' || /^\d+$/.test(qualifier) || stack.find(invokedArn) !== undefined;

/** The version number behind a qualifier: itself, or what an alias points to. */
function versionOf({ stack }: World, invokedArn: string, qualifier = '$LATEST'): string {
  const alias = stack.find(invokedArn);
  return alias?.type === 'AWS::Lambda::Alias' ? textOr(alias.properties['FunctionVersion'], qualifier) : qualifier;
}
