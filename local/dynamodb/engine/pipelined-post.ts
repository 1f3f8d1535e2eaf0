import { connect, type Socket } from 'node:net';
import { HEADERS, type Post, type Posted } from './http-post.ts';

/** The engine works on one thing at a time. Where much is asked at once, more of it goes out in one write on few sockets. */
const SHARED = 2;
/**
 * On one socket an answer waits until the one before it is acknowledged, up to 40 ms unless something is asked meanwhile: this many
 * questions have a socket each.
 * @see https://www.rfc-editor.org/rfc/rfc896 and https://www.rfc-editor.org/rfc/rfc1122#page-96
 */
const ALONE = 8;
const HEAD_END = '\r\n\r\n';

type Waiting = { readonly resolve: (posted: Posted) => void; readonly reject: (error: Error) => void };

/**
 * To our own engine, over a few sockets that stay open and take several requests after one another without waiting for an answer in
 * between. It knows no more of HTTP than that engine writes: every answer has a length. Takes a third of the time of `httpPost`.
 */
export function pipelinedPost(endpoint: string): Post {
  const { hostname, port } = new URL(endpoint);
  const fixed = Object.entries({ host: `${hostname}:${port}`, ...HEADERS }).map(([name, value]) => `${name}: ${value}`);
  const head = `POST / HTTP/1.1\r\n${fixed.join('\r\n')}\r\n`;
  const lines = new Set<Line>();

  const open = (): Line => {
    const opened = line(connect({ host: hostname, port: Number(port), noDelay: true }), () => lines.delete(opened));
    lines.add(opened);
    return opened;
  };
  const choose = (): Line => {
    const all = [...lines];
    const asked = all.reduce((sum, one) => sum + one.load(), 0);
    const idle = all.find((one) => one.load() === 0);
    if (asked < ALONE) return idle ?? open();
    return all.slice(0, SHARED).reduce((least, one) => (one.load() < least.load() ? one : least));
  };

  return {
    post: (target, body) =>
      choose().ask(`${head}x-amz-target: ${target}\r\ncontent-length: ${Buffer.byteLength(body)}${HEAD_END}${body}`),
    close: () => lines.forEach((one) => one.close()),
  };
}

/** One socket: what is asked in one turn goes out in one write, and answers come in the order of the questions. */
function line(socket: Socket, ended: () => void) {
  const waiting: Waiting[] = [];
  let chunks: Buffer[] = [];
  let length = 0;
  /** How many bytes must be there before it is worth looking. */
  let enough = 1;
  let isCorked = false;

  const end = (error: Error): void => {
    ended();
    for (const { reject } of waiting.splice(0)) reject(error);
  };

  const take = (): void => {
    let bytes = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
    for (let answer = answerIn(bytes); ; answer = answerIn(bytes)) {
      if (answer.posted === undefined) {
        enough = answer.enough;
        break;
      }
      bytes = bytes.subarray(answer.enough);
      waiting.shift()?.resolve(answer.posted);
    }
    chunks = bytes.length === 0 ? [] : [bytes];
    length = bytes.length;
  };

  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= enough) take();
  });
  socket.on('error', end);
  socket.on('close', () => end(new Error('it closed the connection')));

  return {
    load: () => waiting.length,
    ask: (request: string): Promise<Posted> =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        if (!isCorked) {
          isCorked = true;
          socket.cork();
          setImmediate(() => {
            isCorked = false;
            socket.uncork();
          });
        }
        socket.write(request);
      }),
    close: () => void socket.destroy(),
  };
}
type Line = ReturnType<typeof line>;

/** The first answer in these bytes and how many of them it takes, or how many there must be before there can be one. */
function answerIn(bytes: Buffer): { readonly posted?: Posted; readonly enough: number } {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) return { enough: bytes.length + 1 };
  const head = bytes.toString('latin1', 0, headEnd);
  const body = headEnd + HEAD_END.length;
  const end = body + Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
  if (bytes.length < end) return { enough: end };
  return { posted: { status: Number(head.slice(9, 12)), text: bytes.toString('utf8', body, end) }, enough: end };
}
