import { randomUUID } from 'node:crypto';
import { AwsError, type Caller, type Json, type JsonObject, type Service, type World } from '../world.ts';
import { textOr } from '../template/json.ts';
import type { asyncInvocations } from './async-invocations.ts';
import { parseFunctionName, type DeclaredFunction } from './functions.ts';
import type { Answer, Invocation } from './sandbox/function-runner.ts';

export interface LambdaServiceParts {
  readonly world: World;
  readonly find: (reference: string) => DeclaredFunction | undefined;
  readonly run: (declared: DeclaredFunction, invocation: Invocation) => Promise<Answer>;
  readonly later: Pick<ReturnType<typeof asyncInvocations>, 'accept'>;
}

/**
 * Lambda's `Invoke`. A payload is the JSON value itself, in and out. Every version and alias of a function runs the code of this
 * assembly.
 */
export function lambdaService({ world, find, run, later }: LambdaServiceParts): Service {
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
    if (input['InvocationType'] === 'Event') {
      await later.accept(invokedArn, event);
      return { StatusCode: 202 };
    }
    const answer = await run(declared, { requestId: randomUUID(), invokedArn, version, event });
    return {
      StatusCode: 200,
      ExecutedVersion: version,
      ...(answer.error && { FunctionError: answer.error }),
      Payload: answer.payload,
    };
  };

  return {
    name: 'lambda',
    operations: { Invoke: invoke },
    routes: [
      { route: 'POST /2015-03-31/functions/{FunctionName}/invocations', operation: 'Invoke', payload: 'Payload' },
    ],
  };
}

const isKnown = ({ stack }: World, invokedArn: string, qualifier: string | undefined): boolean =>
  qualifier === undefined || qualifier === '$LATEST' || /^\d+$/.test(qualifier) || stack.find(invokedArn) !== undefined;

/** The version number behind a qualifier: itself, or what an alias points to. */
function versionOf({ stack }: World, invokedArn: string, qualifier = '$LATEST'): string {
  const alias = stack.find(invokedArn);
  return alias?.type === 'AWS::Lambda::Alias' ? textOr(alias.properties['FunctionVersion'], qualifier) : qualifier;
}
