import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { HttpRequest } from './lambda-event.ts';
import { type HttpResponse, message } from './lambda-response.ts';

const MOST_BYTES = 10 * 1024 * 1024;
/** So much of a body that is too large is read away, so that its sender hears the answer instead of a closed connection. */
const MOST_READ_BYTES = 64 * 1024 * 1024;

/** A server on this machine only that reads each body, 10 MB at most, and writes what `respond` answers. */
export const httpServer = (
  respond: (request: HttpRequest) => Promise<HttpResponse>,
  note: (line: string) => void,
): Server =>
  createServer({ keepAliveTimeout: 60_000 }, (incoming, outgoing) => {
    void read(incoming)
      .then(async (request) =>
        write(outgoing, request === undefined ? TOO_LARGE : await respond(request), incoming.method),
      )
      .catch((error: unknown) => {
        note(`HTTP API: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
        if (outgoing.headersSent) outgoing.destroy();
        else write(outgoing, message(500, 'Internal Server Error'), incoming.method);
      });
  });

const TOO_LARGE: HttpResponse = {
  ...message(413, 'Request Entity Too Large'),
  headers: { 'content-type': 'application/json', connection: 'close' },
};

const read = async (incoming: IncomingMessage): Promise<HttpRequest | undefined> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > MOST_READ_BYTES) break;
    if (length <= MOST_BYTES) chunks.push(bytes);
  }
  if (length > MOST_BYTES) return undefined;
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, [value ?? ''].flat().join(',')]);
  return {
    method: incoming.method ?? 'GET',
    url: new URL(`http://localhost${incoming.url ?? '/'}`),
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks),
    sourceIp: incoming.socket.remoteAddress ?? '127.0.0.1',
  };
};

const write = (outgoing: ServerResponse, { status, headers, body }: HttpResponse, method = 'GET'): void => {
  const isBare = status === 204 || status === 304;
  const written = Object.entries(headers).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : [...value],
  ]);
  outgoing.writeHead(status, {
    ...Object.fromEntries(written),
    ...(isBare ? {} : { 'content-length': Buffer.byteLength(body) }),
  });
  outgoing.end(isBare || method === 'HEAD' ? undefined : body);
};
