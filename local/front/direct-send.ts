import * as z from 'zod';
import type { Front } from './open-front.ts';
import { bytesOf } from './request-handler.ts';

/** What of an SDK command says which operation it is: its kind, namespace, name, traits, input and output. */
type OperationSchema = readonly [unknown, string, string, unknown, unknown, unknown];

interface SdkOperation {
  readonly namespace: string;
  readonly name: string;
  readonly traits: unknown;
  readonly input: unknown;
  readonly output: unknown;
}

interface SdkProtocol {
  getShapeId(): string;
  serializeRequest(operation: SdkOperation, input: unknown, context: object): Promise<SdkWire>;
  deserializeResponse(operation: SdkOperation, context: object, response: object): Promise<unknown>;
}

interface SdkWire {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface SdkCommand {
  readonly input: unknown;
  readonly schema?: OperationSchema;
}

/** As much of an AWS SDK client for JavaScript (v3) as sending takes. */
export interface SdkClient {
  readonly config: {
    readonly protocol: SdkProtocol;
    readonly defaultSigningName: string;
    maxAttempts(): Promise<number>;
  };
  send(command: SdkCommand, options?: object): Promise<unknown>;
}

/** The two protocols whose requests have no address of their own: everything is in the headers and the body. */
const PLAIN = /#(awsJson1_[01]|awsQuery)$/;

/** What an SDK sends again by itself. https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html */
const AGAIN =
  /Throttl|Timeout|SlowDown|TooManyRequests|LimitExceeded|PriorRequestNotComplete|ProvisionedThroughputExceeded|TransactionInProgress/;
const Failure = z.object({
  name: z.string(),
  $metadata: z.object({ httpStatusCode: z.number() }).partial().default({}),
  $retryable: z.unknown(),
});

const isSentAgain = (error: unknown): boolean => {
  const { success, data } = Failure.safeParse(error);
  if (!success) return false;
  const { httpStatusCode = 0 } = data.$metadata;
  return AGAIN.test(data.name) || httpStatusCode >= 500 || httpStatusCode === 429 || data.$retryable !== undefined;
};

const endpoint = async () => ({ protocol: 'http:', hostname: 'localhost', path: '/', query: {} });

const operations = new WeakMap<OperationSchema, SdkOperation>();
const operationOf = (schema: OperationSchema): SdkOperation => {
  const known = operations.get(schema);
  if (known !== undefined) return known;
  const [, namespace, name, traits, input, output] = schema;
  const operation = { namespace, name, traits, input, output };
  operations.set(schema, operation);
  return operation;
};

/**
 * Has a client of this process send straight to the front: what it sends is serialized and read back by the SDK itself, only the
 * dozen steps in between, made for a network, are left out. Takes a third of the time. What failed in a way that an SDK sends again
 * goes its own way from there, unless the client tries no more than once; so does what is in another protocol than these two.
 */
export const sendDirectly =
  (answer: Front['answer']) =>
  (client: SdkClient): void => {
    const { config } = client;
    const { protocol, defaultSigningName } = config;
    if (!PLAIN.test(protocol.getShapeId())) return;
    const own = client.send.bind(client);
    const scope = `/20260101/local/${defaultSigningName}/aws4_request`;

    const send = async (operation: SdkOperation, input: unknown): Promise<unknown> => {
      const { headers, body } = await protocol.serializeRequest(operation, input, { endpoint });
      const accessKeyId = process.env['AWS_ACCESS_KEY_ID'] ?? '';
      const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}${scope}`;
      const response = await answer({
        method: 'POST',
        url: '/',
        headers: { ...headers, authorization },
        body: typeof body === 'string' ? body : bytesOf(body),
      });
      const read = { statusCode: response.status, headers: response.headers, body: bytesOf(response.body) };
      return protocol.deserializeResponse(operation, config, read);
    };

    client.send = async (command, options) => {
      if (command.schema === undefined) return own(command, options);
      try {
        return await send(operationOf(command.schema), command.input);
      } catch (error) {
        if (!isSentAgain(error) || (await config.maxAttempts()) <= 1) throw error;
        return own(command, options);
      }
    };
  };
