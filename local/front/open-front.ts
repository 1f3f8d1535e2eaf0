import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { answerer, type AnswerParts } from './answer.ts';
import { controlRoutes, type ControlHandler } from './control-routes.ts';
import { crossOrigin, isLocal, noContent, notLocal } from './local-only.ts';
import { listen } from '../listen.ts';
import type { WireRequest, WireResponse } from './protocol/wire.ts';

const MAX_BODY_BYTES = 10 * 1024 * 1024;
/** Long, so that a request that waits while ten thousand executions wake is not taken for an idle connection. */
const IDLE_MS = 10 * 60_000;

export interface Front {
  readonly port: number;
  /** `http://127.0.0.1:<port>`, what `AWS_ENDPOINT_URL` takes. */
  readonly url: string;
  readonly counts: Readonly<Record<string, number>>;
  /** Registers one of the ground's own routes, such as `('POST', '/_local/clock/{action}', handler)`. */
  control(method: string, path: string, handler: ControlHandler): void;
  /** Answers an AWS request without a socket: the transport for SDK clients in this process. */
  answer(request: WireRequest): Promise<WireResponse>;
  close(): Promise<void>;
}

/**
 * Opens the one address every AWS SDK and CLI can be pointed at, on this machine only. `port` 0 takes any free one. Rejects when the
 * port is taken, naming the flag that changes it.
 */
export async function openFront({ port, ...parts }: AnswerParts & { readonly port: number }): Promise<Front> {
  const answer = answerer(parts);
  const controls = controlRoutes();
  const respond = async (request: WireRequest): Promise<WireResponse> => {
    if (!isLocal(request)) return notLocal;
    if (!request.url.startsWith('/_local/')) return answer(request);
    const response = request.method === 'OPTIONS' ? noContent : await controls.answer(request);
    return { ...response, headers: { ...response.headers, ...crossOrigin(request) } };
  };

  const server = createServer({ keepAliveTimeout: IDLE_MS }, (incoming, outgoing) => {
    void read(incoming).then(
      async (request) => write(outgoing, request ? await respond(request) : tooLarge, parts.clock.now()),
      () => outgoing.destroy(),
    );
  });
  const taken = await listen(server, port, '--aws-port');
  return {
    port: taken,
    url: `http://127.0.0.1:${taken}`,
    counts: parts.router.counts,
    control: (method, path, handler) => controls.add(`${method} ${path}`, handler),
    answer,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const tooLarge: WireResponse = {
  status: 413,
  headers: { 'content-type': 'application/json', connection: 'close' },
  body: JSON.stringify({ __type: 'RequestEntityTooLargeException', message: 'The body is larger than 10 MB.' }),
};

/** The request with its body; `undefined` when that is too large. */
async function read(incoming: IncomingMessage): Promise<WireRequest | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > MAX_BODY_BYTES) return undefined;
    chunks.push(bytes);
  }
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value ?? '')]);
  return {
    method: incoming.method ?? '',
    url: incoming.url ?? '/',
    headers: Object.fromEntries(headers),
    body: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks),
  };
}

function write(outgoing: ServerResponse, ...[{ status, headers, body }, now]: readonly [WireResponse, number]): void {
  // SDKs compare this header with their own clock, which here is the world's.
  const date = new Date(now).toUTCString();
  const bare = status === 204;
  const length = bare ? {} : { 'content-length': Buffer.byteLength(body) };
  // A service may say the length itself: that of an object it was only asked about.
  outgoing.writeHead(status, { date, ...length, ...headers });
  outgoing.end(bare ? undefined : body);
}
