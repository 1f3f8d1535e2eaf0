import { gzipSync } from 'node:zlib';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { json } from '../../aws/problem.ts';
import type { Event } from './caller.ts';

/** Below this, packing costs more than it saves. */
const worthPacking = 4096;

/** An answer, packed where the caller can unpack it: an HTTP API of API Gateway passes bodies on as they are. */
export const packed = ({ headers }: Event, body: unknown): APIGatewayProxyStructuredResultV2 => {
  const plainAnswer = json(200, body);
  const { body: text = '' } = plainAnswer;
  const accepts = /\bgzip\b(?!;q=0(\D|$))/.test(headers['accept-encoding'] ?? '');
  if (!accepts || text.length < worthPacking) return plainAnswer;
  return {
    ...plainAnswer,
    headers: { ...plainAnswer.headers, 'content-encoding': 'gzip', vary: 'accept-encoding' },
    body: gzipSync(text, { level: 1 }).toString('base64'),
    isBase64Encoded: true,
  };
};
