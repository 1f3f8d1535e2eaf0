import { connect, type Socket } from 'node:net';

type Answer = { readonly status: number; readonly body: string };
type Line = {
  readonly socket: Socket;
  waiting: { readonly got: (answer: Answer) => void; readonly failed: (error: Error) => void } | undefined;
};

const headers =
  'host: localhost\r\ncontent-type: application/x-amz-json-1.0\r\n' +
  'authorization: AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0\r\n' +
  'x-amz-date: 20260101T000000Z\r\n';

/**
 * The engine's protocol over plain sockets that stay open: a fault run makes some sixty calls a story, and an HTTP client
 * would cost more than all else in it. The engine answers with a `content-length`.
 */
export const wire = (endpoint: string) => {
  const { hostname, port } = new URL(endpoint);
  const idle: Line[] = [];
  const all = new Set<Socket>();

  const open = (): Line => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    const line: Line = { socket, waiting: undefined };
    all.add(socket);
    let read: Buffer = Buffer.alloc(0);
    let bodyAt = -1;
    let end = Infinity;
    socket.on('data', (chunk: Buffer) => {
      read = read.length === 0 ? chunk : Buffer.concat([read, chunk]);
      if (bodyAt < 0) {
        const at = read.indexOf('\r\n\r\n');
        if (at < 0) return;
        bodyAt = at + 4;
        end = bodyAt + Number(/\r\ncontent-length: *(\d+)/i.exec(read.toString('latin1', 0, bodyAt))?.[1] ?? 0);
      }
      if (read.length < end) return;
      const answer = { status: Number(read.toString('latin1', 9, 12)), body: read.toString('utf8', bodyAt, end) };
      [read, bodyAt, end] = [Buffer.alloc(0), -1, Infinity];
      const { waiting } = line;
      line.waiting = undefined;
      idle.push(line);
      waiting?.got(answer);
    });
    socket.on('error', (error) => line.waiting?.failed(error));
    socket.on('close', () => {
      all.delete(socket);
      if (idle.includes(line)) idle.splice(idle.indexOf(line), 1);
      line.waiting?.failed(new Error('The engine closed the connection.'));
    });
    return line;
  };

  return {
    call: (operation: string, input: object): Promise<Answer> =>
      new Promise((got, failed) => {
        const line = idle.pop() ?? open();
        line.waiting = { got, failed };
        const body = JSON.stringify(input);
        line.socket.write(
          `POST / HTTP/1.1\r\n${headers}x-amz-target: DynamoDB_20120810.${operation}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
        );
      }),
    close: (): void => {
      for (const socket of all) socket.destroy();
    },
  };
};
export type Wire = ReturnType<typeof wire>;
