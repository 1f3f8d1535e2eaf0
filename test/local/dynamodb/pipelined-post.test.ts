import { createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { pipelinedPost } from '../../../local/dynamodb/engine/pipelined-post.ts';

const opened: { close(): void }[] = [];
afterEach(() => opened.splice(0).forEach((one) => one.close()));

const answerTo = (body: string, status = 200): Buffer =>
  Buffer.from(`HTTP/1.1 ${status} X\r\nserver: s\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);

/** The bodies of all whole requests in what came so far, and what is left. */
const requestsIn = (bytes: Buffer): { bodies: string[]; rest: Buffer } => {
  const bodies: string[] = [];
  let rest = bytes;
  for (;;) {
    const end = rest.indexOf('\r\n\r\n') + 4;
    const length = Number(/content-length: (\d+)/.exec(rest.toString('latin1', 0, end))?.[1] ?? Number.NaN);
    if (end < 4 || rest.length < end + length) return { bodies, rest };
    bodies.push(rest.toString('utf8', end, end + length));
    rest = rest.subarray(end + length);
  }
};

/** An engine that answers each request with its own body, in order, through `send`. */
const echoing = async (send: (socket: Socket, answer: Buffer) => void) => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    let bytes: Buffer = Buffer.alloc(0);
    sockets.add(socket.on('error', () => {}).on('close', () => sockets.delete(socket)));
    socket.on('data', (chunk: Buffer) => {
      const { bodies, rest } = requestsIn(Buffer.concat([bytes, chunk]));
      bytes = rest;
      for (const body of bodies) send(socket, answerTo(body, body.startsWith('bad') ? 400 : 200));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const client = pipelinedPost(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const cut = () => sockets.forEach((socket) => socket.destroy());
  opened.push({ close: () => (client.close(), cut(), server.close()) });
  return { post: client.post, cut, sockets };
};

test('everybody gets the answer to their own question, however the answers are cut', async () => {
  let sizes: readonly number[] = [1];
  const { post, sockets } = await echoing((socket, answer) => {
    for (let at = 0, n = 0; at < answer.length; n += 1) {
      const size = sizes[n % sizes.length] ?? 1;
      socket.write(answer.subarray(at, at + size));
      at += size;
    }
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 40 }),
      fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 5 }),
      async (questions, cuts) => {
        sizes = cuts;
        const answers = await Promise.all(questions.map((question) => post('X.GetItem', question)));
        expect(answers.map(({ text }) => text)).toEqual(questions);
      },
    ),
    { numRuns: 30 },
  );
  expect(sockets.size).toBeLessThanOrEqual(8);
});

test('an answer of the engine that is a refusal keeps its status', async () => {
  const { post } = await echoing((socket, answer) => void socket.write(answer));
  expect(await post('X.GetItem', 'bad request')).toEqual({ status: 400, text: 'bad request' });
});

test('when the engine is gone whoever waits is told, and the next one finds it again', async () => {
  let isSilent = true;
  const { post, cut } = await echoing((socket, answer) => void (isSilent || socket.write(answer)));
  const waiting = Promise.allSettled([post('X.GetItem', 'one'), post('X.GetItem', 'two')]);
  await sleep(50);
  cut();
  expect((await waiting).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  isSilent = false;
  expect(await post('X.GetItem', 'three')).toEqual({ status: 200, text: 'three' });
});
