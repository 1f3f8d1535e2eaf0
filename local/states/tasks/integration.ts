import { SDK_SERVICES } from './sdk-services.ts';

/** What a Task's `Resource` means: which operation to call, and how history and errors name it. */
export interface Integration {
  /** `function` is a plain Lambda ARN; the rest are service integrations. */
  readonly kind: 'function' | 'lambda' | 'events' | 'messages' | 'executions' | 'sdk';
  /** The service and operation to call. */
  readonly service: string;
  readonly operation: string;
  /** The ARN of a plain function; undefined otherwise. */
  readonly functionArn: string | undefined;
  /** Whether the task stays open until its token comes back. */
  readonly token: boolean;
  /** Whether the task waits for the end of the execution it starts, and how it gives that one's output: `.sync` or `.sync:2`. */
  readonly sync: 'text' | 'json' | undefined;
  /** `lambda`, `aws-sdk:dynamodb`; and `invoke.waitForTaskToken`: the names in history events. */
  readonly resourceType: string;
  readonly resource: string;
  /** `DynamoDb` in `DynamoDb.ConditionalCheckFailedException`. */
  readonly errors: string;
  /** The error name of what the service's SDK has no class for, such as a refused permission. */
  readonly unmodelled: string;
  readonly camel: boolean;
}

const PATTERN = /^arn:aws[\w-]*:states:::(?<service>(?:aws-sdk:)?[\w-]+):(?<action>[\w]+)(?:\.(?<mode>\w+(?::2)?))?$/;
const FUNCTION = /^arn:aws[\w-]*:lambda:[^:]+:\d{12}:function:[^:]+(?::[^:]+)?$/;

type Optimised = Pick<Integration, 'kind' | 'service' | 'operation' | 'errors' | 'unmodelled'> & {
  readonly callback: boolean;
};
const dynamo = (operation: string): Optimised => ({
  kind: 'sdk',
  service: 'dynamodb',
  operation,
  errors: 'DynamoDB',
  unmodelled: 'DynamoDB.AmazonDynamoDBException',
  callback: false,
});

const OPTIMISED: Readonly<Record<string, Optimised>> = {
  'lambda:invoke': {
    kind: 'lambda',
    service: 'lambda',
    operation: 'Invoke',
    errors: 'Lambda',
    unmodelled: 'Lambda.AWSLambdaException',
    callback: true,
  },
  'events:putEvents': {
    kind: 'events',
    service: 'events',
    operation: 'PutEvents',
    errors: 'EventBridge',
    unmodelled: 'EventBridge.AmazonEventBridgeException',
    callback: true,
  },
  'sqs:sendMessage': {
    kind: 'messages',
    service: 'sqs',
    operation: 'SendMessage',
    errors: 'SQS',
    unmodelled: 'SQS.AmazonSQSException',
    callback: true,
  },
  'sns:publish': {
    kind: 'messages',
    service: 'sns',
    operation: 'Publish',
    errors: 'SNS',
    unmodelled: 'SNS.AmazonSNSException',
    callback: true,
  },
  'states:startExecution': {
    kind: 'executions',
    service: 'states',
    operation: 'StartExecution',
    errors: 'StepFunctions',
    unmodelled: 'StepFunctions.AWSStepFunctionsException',
    callback: true,
  },
  'dynamodb:getItem': dynamo('GetItem'),
  'dynamodb:putItem': dynamo('PutItem'),
  'dynamodb:updateItem': dynamo('UpdateItem'),
  'dynamodb:deleteItem': dynamo('DeleteItem'),
};

const SYNC: Readonly<Record<string, 'text' | 'json'>> = {
  'states:startExecution.sync': 'text',
  'states:startExecution.sync:2': 'json',
};

/** Reads a `Resource`. A string is the reason it cannot run here, for the author to read. */
export function readResource(resource: string): Integration | string {
  if (FUNCTION.test(resource)) return plainFunction(resource);
  const { service, action, mode } = PATTERN.exec(resource)?.groups ?? {};
  if (service === undefined || action === undefined)
    return `the resource '${resource}' is neither a function nor a service integration known here`;
  const token = mode === 'waitForTaskToken';
  const sync = SYNC[`${service}:${action}.${mode}`];
  if (mode !== undefined && !token && sync === undefined)
    return `the integration pattern '.${mode}' does not run here for '${service}:${action}'`;
  const names = {
    functionArn: undefined,
    token,
    sync,
    resourceType: service,
    resource: mode === undefined ? action : `${action}.${mode}`,
  };
  if (service.startsWith('aws-sdk:')) {
    const sdk = SDK_SERVICES[service.slice('aws-sdk:'.length)];
    if (sdk === undefined) return `the SDK integration '${service}' does not run here`;
    return {
      ...names,
      kind: 'sdk',
      service: sdk.signing,
      operation: `${action.charAt(0).toUpperCase()}${action.slice(1)}`,
      errors: sdk.errors,
      unmodelled: `${sdk.errors}.${sdk.errors}Exception`,
      camel: sdk.camel === true,
    };
  }
  const optimised = OPTIMISED[`${service}:${action}`];
  if (optimised === undefined) return `the integration '${service}:${action}' does not run here`;
  if (token && !optimised.callback)
    return `'${service}:${action}' has no .waitForTaskToken; the aws-sdk integration has`;
  const { callback: _, ...rest } = optimised;
  return { ...rest, ...names, camel: false };
}

function plainFunction(functionArn: string): Integration {
  return {
    kind: 'function',
    service: 'lambda',
    operation: 'Invoke',
    functionArn,
    token: false,
    sync: undefined,
    resourceType: 'lambda',
    resource: functionArn,
    errors: 'Lambda',
    unmodelled: 'Lambda.AWSLambdaException',
    camel: false,
  };
}
