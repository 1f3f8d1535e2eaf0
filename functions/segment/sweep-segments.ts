import * as z from 'zod/mini';
import { count, observed } from '../aws/observed.ts';
import { profileStore } from '../aws/profile-store.ts';
import { lookAgain } from './desk/look-again.ts';
import { segmentDesk } from './desk/segment-desk.ts';
import { SweepSegmentsEnv } from './sweep-segments.env.ts';

const env = SweepSegmentsEnv.parse(process.env);
const desk = segmentDesk(env);
const looking = {
  profiles: profileStore({ state: env.STATE_TABLE, log: '' }),
  desk,
  refoldQueueUrl: env.REFOLD_QUEUE_URL,
};

/** `minute`: `2026-03-06T09:05`. */
const Request = z.object({ minute: z.string() });
export type Swept = { readonly isDone: boolean };

/** One call goes on for this long; the state machine calls again while somebody is left. */
const shiftMs = 30_000;

/** A minute has come: looks at those whose segments time may change now, and at nobody else. */
export const handler = observed<unknown, Swept>('profile', async (event) => {
  const { minute } = Request.parse(event);
  const until = performance.now() + shiftMs;
  for (;;) {
    const customers = await desk.due.take(minute);
    if (customers.length === 0) return { isDone: true };
    await lookAgain(customers, looking);
    // Last: whoever was not looked at stays due.
    await desk.due.forget(minute, customers);
    count('SegmentDue', undefined, customers.length);
    if (performance.now() > until) return { isDone: false };
  }
});
