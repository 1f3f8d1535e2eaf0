import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { freePort } from '../../local/listen.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export type Message = {
  id: string;
  channel: string;
  to: string;
  from: string;
  subject?: string;
  text: string;
  html?: string;
  headers: Record<string, string>;
  tags: Record<string, string>;
  at: string;
};
export type Run = { execution: string; machine: string; status: string; state?: string; entered: string[] };

/** `npm start` as a process of its own, as a person starts it; everything else speaks HTTP and AWS SDK to it. */
export const startSegue = async (...flags: readonly string[]) => {
  const [awsPort, httpPort] = [await freePort(), await freePort()];
  const args = ['demo/start.ts', '--no-demo', '--aws-port', String(awsPort), '--http-port', String(httpPort), ...flags];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.on('data', (chunk) => (said += String(chunk)));
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const [aws, http] = [`http://127.0.0.1:${awsPort}`, `http://127.0.0.1:${httpPort}`];

  for (let waited = 0; ; waited += 50) {
    if (child.exitCode !== null) throw new Error(`npm start ended: ${said}`);
    const health = await fetch(`${http}/health`).catch(() => undefined);
    if (health?.status === 200) break;
    if (waited > 60_000) throw new Error(`not healthy: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }

  const get = async <T>(path: string): Promise<T> => (await fetch(`${aws}${path}`)).json() as Promise<T>;
  return {
    aws,
    http,
    pid: child.pid!,
    said: () => said,
    get,
    outbox: (to: string) => get<Message[]>('/_local/outbox').then((all) => all.filter((message) => message.to === to)),
    executions: () => get<Run[]>('/_local/executions'),
    clock: () => get<{ now: string }>('/_local/clock').then(({ now }) => now),
    advance: async (duration: string): Promise<string> => {
      const response = await fetch(`${aws}/_local/clock`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ advance: duration }),
      });
      const body = (await response.json()) as { now: string };
      if (!response.ok) throw new Error(JSON.stringify(body));
      return body.now;
    },
    kill: async (): Promise<void> => {
      child.kill('SIGKILL');
      await ended;
    },
    stop: async (): Promise<void> => {
      child.kill('SIGINT');
      await ended;
    },
  };
};
export type Segue = Awaited<ReturnType<typeof startSegue>>;

/** A source system's own client: nothing but the endpoint tells it that this is no AWS. */
export const shopClient = (endpoint: string) => {
  const bus = new EventBridgeClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'shop', secretAccessKey: 'x' },
  });
  return async (...details: readonly { type?: string; event?: string; [field: string]: unknown }[]) => {
    const answer = await bus.send(
      new PutEventsCommand({
        Entries: details.map((detail) => ({
          EventBusName: 'segue',
          Source: 'shop',
          DetailType: String(detail.event ?? detail.type),
          Detail: JSON.stringify(detail),
        })),
      }),
    );
    if ((answer.FailedEntryCount ?? 0) > 0) throw new Error(JSON.stringify(answer.Entries));
    return answer;
  };
};

/** A customer of the test's own, who may be reached by email and SMS. */
export const customer = (userId: string, traits: object = {}) => ({
  type: 'identify',
  userId,
  traits: {
    email: `${userId}@example.com`,
    phone: `+4477009${String(Math.abs([...userId].reduce((hash, c) => (hash * 31 + c.charCodeAt(0)) | 0, 7)) % 100_000).padStart(5, '0')}`,
    firstName: 'Canaryname',
    prefers: 'sms',
    timezone: 'UTC',
    consent: { email: true, sms: true, push: false },
    ...traits,
  },
});
