import { Agent, request } from 'node:http';
import { AwsError, type Json, type JsonObject } from '../../world.ts';
import { isObject, textOr } from '../../template/json.ts';

export interface EngineClient {
  /** One operation, such as `DynamoDB_20120810.GetItem`. Rejects with the engine's own error and all its fields. */
  call(target: string, input: JsonObject): Promise<JsonObject>;
  close(): void;
}

/** The engine wants a signature to be there, whatever it says. */
const HEADERS = {
  'content-type': 'application/x-amz-json-1.0',
  authorization:
    'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
  'x-amz-date': '20260101T000000Z',
} as const;

export function engineClient(endpoint: string): EngineClient {
  const { hostname, port } = new URL(endpoint);
  const agent = new Agent({ keepAlive: true, maxSockets: 16, scheduling: 'lifo' });

  const post = (target: string, body: string): Promise<{ readonly status: number; readonly text: string }> =>
    new Promise((resolve, reject) => {
      const headers = { ...HEADERS, 'x-amz-target': target, 'content-length': Buffer.byteLength(body) };
      const outgoing = request({ hostname, port, method: 'POST', agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
        response.on('error', reject);
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });

  return {
    async call(target, input) {
      const { status, text } = await post(target, JSON.stringify(input)).catch(unreachable);
      const output: Json = text === '' ? {} : JSON.parse(text);
      if (!isObject(output)) throw new AwsError('InternalServerError', `DynamoDB answered ${text}`, { status: 500 });
      if (status !== 200) throw errorOf(status, output);
      return output;
    },
    close: () => agent.destroy(),
  };
}

const unreachable = (error: unknown): never => {
  throw new AwsError('InternalServerError', `The local DynamoDB does not answer: ${String(error)}`, { status: 500 });
};

function errorOf(status: number, { __type, message, Message, ...fields }: JsonObject): AwsError {
  const code = textOr(__type, 'InternalServerError').split('#').at(-1) ?? '';
  return new AwsError(code, textOr(message ?? Message, ''), { status, fields });
}
