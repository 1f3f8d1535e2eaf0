import { messageSent, messageWithheld } from '#core/events';
import * as z from 'zod/mini';
import type { RowChange } from './row-change.ts';
import type { News } from './said.ts';

const SendRow = z.object({
  status: z.string(),
  journey: z.string(),
  message: z.string(),
  channel: z.string(),
  settledAt: z.optional(z.string()),
});
const WhyRow = z.object({ journey: z.string(), message: z.string(), reason: z.string() });

type Step = { readonly enrol: string; readonly occurrence: number; readonly step: string };

/** Which send of which run: the end of a key, `<enrol>#<occurrence>#<step>`. */
const stepOf = (key: string): Step => {
  const [enrol = '', occurrence = '', ...step] = key.split('#');
  return { enrol, occurrence: Number(occurrence), step: step.join('#') };
};
const idOf = ({ enrol, occurrence, step }: Step): string => `${enrol}-${occurrence}/${step}`;

/** A send that was just settled as sent. */
export const sentNews = ({ customer, sk, before, after }: RowChange): readonly News[] => {
  const { status, journey, message, channel, settledAt } = SendRow.parse(after);
  if (status !== 'SENT' || settledAt === undefined || before?.['status'] === status) return [];
  const step = stepOf(sk.slice('SEND#'.length));
  const about = { journey, ...step, message, channel };
  return [{ event: messageSent, id: `${idOf(step)}/sent`, at: Date.parse(settledAt), customer, about }];
};

/** A message that may not go, and why. */
export const withheldNews = ({ customer, sk, before, after }: RowChange): readonly News[] => {
  if (before !== undefined) return [];
  const { journey, message, reason } = WhyRow.parse(after);
  const [, at = '', ...send] = sk.split('#');
  const step = stepOf(send.join('#'));
  const about = { journey, ...step, message, reason };
  return [{ event: messageWithheld, id: `${idOf(step)}/withheld`, at: Date.parse(at), customer, about }];
};
