import { AwsError, type Caller, type JsonObject, type Operation, type Service, type World } from '../world.ts';
import { textOr } from '../template/json.ts';
import { parseFunctionName, type DeclaredFunction } from './functions.ts';

interface Parts {
  readonly world: World;
  readonly find: (reference: string) => DeclaredFunction | undefined;
  readonly functions: () => readonly DeclaredFunction[];
}

/** On the wire the answer of this service is its payload, here as with `Invoke`. */
const answered = (answer: JsonObject): JsonObject => ({ ...answer, Payload: answer });

/** ListFunctions, GetFunction, GetFunctionConfiguration, ListEventSourceMappings and GetEventSourceMapping. */
export function describeFunctions({ world, find, functions }: Parts): Required<Pick<Service, 'operations' | 'routes'>> {
  const { stack } = world;
  const existing = (input: JsonObject, action: string, caller: Caller): DeclaredFunction => {
    const { name } = parseFunctionName(textOr(input['FunctionName'], ''));
    const arn = `arn:aws:lambda:${stack.region}:${stack.account}:function:${name}`;
    caller.require(`lambda:${action}`, arn);
    const found = find(name);
    if (found !== undefined) return found;
    throw new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, { status: 404 });
  };
  const mappings = (): readonly JsonObject[] =>
    stack.all('AWS::Lambda::EventSourceMapping').map(({ ref, properties }) => {
      const { FunctionName, Enabled, ...rest } = properties;
      return {
        ...rest,
        UUID: ref,
        FunctionArn: find(textOr(FunctionName, ''))?.arn ?? FunctionName ?? '',
        State: Enabled === false ? 'Disabled' : 'Enabled',
      };
    });

  const operations: Readonly<Record<string, Operation>> = {
    ListFunctions: async (_, caller) => {
      caller.require('lambda:ListFunctions', '*');
      return answered({ Functions: functions().map(configurationOf) });
    },
    GetFunction: async (input, caller) =>
      answered({ Configuration: configurationOf(existing(input, 'GetFunction', caller)), Code: {}, Tags: {} }),
    GetFunctionConfiguration: async (input, caller) =>
      answered(configurationOf(existing(input, 'GetFunctionConfiguration', caller))),
    ListEventSourceMappings: async ({ FunctionName, EventSourceArn }, caller) => {
      caller.require('lambda:ListEventSourceMappings', '*');
      const wanted = FunctionName === undefined ? undefined : find(textOr(FunctionName, ''))?.arn;
      const hit = mappings().filter(
        (one) =>
          (FunctionName === undefined || one['FunctionArn'] === wanted) &&
          (EventSourceArn === undefined || one['EventSourceArn'] === EventSourceArn),
      );
      return answered({ EventSourceMappings: hit });
    },
    GetEventSourceMapping: async ({ UUID }, caller) => {
      const found = mappings().find((one) => one['UUID'] === UUID);
      if (found === undefined)
        throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', { status: 404 });
      caller.require('lambda:GetEventSourceMapping', mappingArn(world, textOr(UUID, '')));
      return answered(found);
    },
  };
  return {
    operations,
    routes: [
      { route: 'GET /2015-03-31/functions', operation: 'ListFunctions' },
      { route: 'GET /2015-03-31/functions/{FunctionName}', operation: 'GetFunction' },
      { route: 'GET /2015-03-31/functions/{FunctionName}/configuration', operation: 'GetFunctionConfiguration' },
      { route: 'GET /2015-03-31/event-source-mappings', operation: 'ListEventSourceMappings' },
      { route: 'GET /2015-03-31/event-source-mappings/{UUID}', operation: 'GetEventSourceMapping' },
    ],
  };
}

const mappingArn = ({ stack }: World, id: string): string =>
  `arn:aws:lambda:${stack.region}:${stack.account}:event-source-mapping:${id}`;

const configurationOf = (one: DeclaredFunction): JsonObject => ({
  FunctionName: one.name,
  FunctionArn: one.arn,
  Runtime: one.runtime,
  Role: one.roleArn,
  Handler: one.handler,
  Timeout: one.timeoutSeconds,
  MemorySize: one.memoryMb,
  Version: '$LATEST',
  State: 'Active',
  PackageType: 'Zip',
  Environment: { Variables: one.variables },
  ...(one.deadLetterArn !== undefined && { DeadLetterConfig: { TargetArn: one.deadLetterArn } }),
});
