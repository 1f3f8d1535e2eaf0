import { Agent, request } from 'node:http';

export interface Posted {
  readonly status: number;
  readonly text: string;
}

/** A way to post JSON to a DynamoDB: the operation is a header's value. Rejects when nobody answers. */
export interface Post {
  post(target: string, body: string): Promise<Posted>;
  close(): void;
}

/** The engine wants a signature to be there, whatever it says. */
export const HEADERS = {
  'content-type': 'application/x-amz-json-1.0',
  authorization:
    'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
  'x-amz-date': '20260101T000000Z',
} as const;

/** To any DynamoDB, over plain HTTP as Node speaks it. */
export function httpPost(endpoint: string): Post {
  const { hostname, port } = new URL(endpoint);
  const agent = new Agent({ keepAlive: true, maxSockets: 16, scheduling: 'lifo' });
  return {
    post: (target, body) =>
      new Promise((resolve, reject) => {
        const headers = { ...HEADERS, 'x-amz-target': target, 'content-length': Buffer.byteLength(body) };
        const outgoing = request({ hostname, port, method: 'POST', agent, headers }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
          );
          response.on('error', reject);
        });
        outgoing.on('error', reject);
        outgoing.end(body);
      }),
    close: () => agent.destroy(),
  };
}
