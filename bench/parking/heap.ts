import * as z from 'zod';

const Answer = z.object({ id: z.number(), result: z.looseObject({ usedSize: z.number().optional() }) });

/** Lets a process of Node's that is started from here on be looked into, on a port of its own. */
export const mayBeWeighed = (): void => {
  process.env['NODE_OPTIONS'] = '--inspect-port=0';
};

const inspectorOf = async ({ pid, said }: Weighed): Promise<string> => {
  process.kill(pid, 'SIGUSR1');
  for (let waited = 0; waited < 10_000; waited += 50) {
    const [, address] = /Debugger listening on (ws:\S+)/.exec(said()) ?? [];
    if (address !== undefined) return address;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`The process ${pid} cannot be looked into.`);
};

type Weighed = { readonly pid: number; readonly said: () => string };

/** Bytes of V8's heap in use by a process, after a full collection. */
export const heapOf = async (weighed: Weighed): Promise<number> => {
  const socket = new WebSocket(await inspectorOf(weighed));
  const opened = Promise.withResolvers<void>();
  socket.addEventListener('open', () => opened.resolve());
  socket.addEventListener('error', () => opened.reject(new Error('no inspector answers')));
  await opened.promise;
  let last = 0;
  const ask = (method: string): Promise<number> => {
    const { promise, resolve } = Promise.withResolvers<number>();
    const id = (last += 1);
    socket.addEventListener('message', function heard({ data }) {
      const answer = Answer.safeParse(JSON.parse(String(data)));
      if (!answer.success || answer.data.id !== id) return;
      socket.removeEventListener('message', heard);
      resolve(answer.data.result.usedSize ?? 0);
    });
    socket.send(JSON.stringify({ id, method }));
    return promise;
  };
  await ask('HeapProfiler.collectGarbage');
  await ask('HeapProfiler.collectGarbage');
  const used = await ask('Runtime.getHeapUsage');
  socket.close();
  return used;
};
