import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Part } from './parts.ts';

const Refusal = z.object({ row: z.number(), field: z.string(), message: z.string() });
export type Refusal = z.infer<typeof Refusal>;
const Import = z.object({
  id: z.string(),
  parts: z.number(),
  done: z.number(),
  isDone: z.boolean(),
  missing: z.array(z.tuple([z.number(), z.number()])),
  rows: z.number(),
  refused: z.number(),
  errors: z.array(Refusal),
});
export type Import = z.infer<typeof Import>;
const PartDone = z.object({ part: z.number(), customers: z.number(), rows: z.number(), refused: z.array(Refusal) });
export type PartDone = z.infer<typeof PartDone>;

export type Begin = { readonly id: string; readonly file: string; readonly asOf: string; readonly parts: number };

/** The stack does not take it, and trying again would change nothing. */
export class NotTaken extends Error {}

const attempts = 8;
const isPassing = (status: number): boolean => status === 429 || status >= 500;

const Problem = z
  .object({ detail: z.string() })
  .or(z.object({ message: z.string() }).transform(({ message }) => ({ detail: message })));

const refusal = (status: number, text: string): NotTaken => {
  if (status === 401 || status === 403)
    return new NotTaken(
      'The token is not taken: get a new one with the scope segue/publisher, and run this again; it goes on.',
    );
  let detail = text.slice(0, 200);
  try {
    detail = Problem.parse(JSON.parse(text)).detail;
  } catch {
    // Whatever stands between us and the stack answers in its own way.
  }
  return new NotTaken(`The stack answered ${status}: ${detail}`);
};

type Asked = readonly [method: 'POST' | 'PUT', path: string, body: object];

/** The HTTP API of a stack, as far as imports go. What does not answer is asked again, patiently. */
export const importApi = (base: string, token: string) => {
  const ask = async <T>(shape: z.ZodType<T>, [method, path, body]: Asked, onSlow = () => undefined): Promise<T> => {
    for (let attempt = 1; ; attempt++) {
      const answer = await fetch(`${base}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(60_000),
      }).catch(() => undefined);
      const text = await answer?.text().catch(() => undefined);
      if (answer?.ok === true && text !== undefined) return shape.parse(JSON.parse(text));
      if (answer !== undefined && text !== undefined && !isPassing(answer.status)) throw refusal(answer.status, text);
      if (attempt >= attempts)
        throw new NotTaken(`${base} does not answer. Run this again: it goes on where it broke off.`);
      onSlow();
      await sleep(Math.min(200 * 2 ** attempt, 10_000));
    }
  };

  return {
    begin: (wanted: Begin): Promise<Import> => ask(Import, ['POST', '/v1/imports', wanted]),
    /** `onSlow` hears each time that the part has to be sent again. */
    send: (id: string, { part, rows }: Part, onSlow?: () => undefined): Promise<PartDone> =>
      ask(PartDone, ['PUT', `/v1/imports/${id}/parts/${part}`, { rows }], onSlow),
  };
};
export type ImportApi = ReturnType<typeof importApi>;

/** On a laptop the ground gives tokens to whoever asks. */
export const localToken = async (base: string): Promise<string | undefined> => {
  if (!['localhost', '127.0.0.1'].includes(new URL(base).hostname)) return undefined;
  const answer = await fetch(`${base}/_local/token?role=publisher`).catch(() => undefined);
  return answer?.ok === true ? z.object({ token: z.string() }).parse(await answer.json()).token : undefined;
};
