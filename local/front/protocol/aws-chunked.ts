import type { WireRequest } from './wire.ts';

/**
 * The bytes of a body sent in signed or check-summed chunks: `<hex length>[;signature]\r\n<bytes>\r\n`, ended by an empty chunk and
 * trailers. https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
export function decodeChunks({ headers, body: sent }: WireRequest): Buffer {
  const body = typeof sent === 'string' ? Buffer.from(sent) : sent;
  const isChunked =
    headers['content-encoding']?.includes('aws-chunked') || headers['x-amz-content-sha256']?.startsWith('STREAMING-');
  if (!isChunked) return body;
  const parts: Buffer[] = [];
  for (let from = 0; ;) {
    const lineEnd = body.indexOf('\r\n', from);
    if (lineEnd < 0) break;
    const length = Number.parseInt(body.toString('latin1', from, lineEnd), 16);
    if (!length) break;
    parts.push(body.subarray(lineEnd + 2, lineEnd + 2 + length));
    from = lineEnd + 2 + length + 2;
  }
  return Buffer.concat(parts);
}
