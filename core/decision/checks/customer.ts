import type { SendFacts, SendRequest } from '../send-request.ts';
import { type Answer, yes } from './answer.ts';

export const erasure = (_: SendRequest, { gate }: SendFacts): Answer =>
  gate.erasedAt === undefined ? yes : { no: 'erased' };

export const expiry = ({ expiresAt }: SendRequest, { now }: SendFacts): Answer =>
  expiresAt !== undefined && now > expiresAt ? { no: 'expired' } : yes;

/** Always the same customers in one period. */
export const holdout = ({ holdout: held }: SendRequest, { draw }: SendFacts): Answer => {
  if (held === undefined || held.percent === 0) return yes;
  return draw(`holdout-of-all/${held.period}`) * 100 < held.percent ? { no: 'holdout', detail: held.period } : yes;
};

const isWithin = (since: string | undefined, ms: number, now: number): boolean =>
  since !== undefined && now - Date.parse(since) < ms;

/** Nobody is courted while their complaint is open, nor right after they said that they were not satisfied. */
export const sorry = ({ sorry: state, topic }: SendRequest, { profile, now }: SendFacts): Answer => {
  if (state === undefined || !state.topics.includes(topic)) return yes;
  const { complaint, satisfaction } = profile;
  const { complaintMs, csat } = state;
  if (complaintMs !== undefined && complaint.open && isWithin(complaint.since, complaintMs, now))
    return { no: 'open-complaint', detail: `since ${complaint.since?.slice(0, 10)}` };
  const { last, lastAt } = satisfaction.csat;
  if (csat !== undefined && last !== undefined && last <= csat.atMost && isWithin(lastAt, csat.ms, now))
    return { no: 'low-satisfaction', detail: `${last} on ${lastAt?.slice(0, 10)}` };
  return yes;
};

/** Whoever serves them has asked for it. */
export const pause = (_: SendRequest, { gate: { pausedUntil }, now }: SendFacts): Answer =>
  pausedUntil !== undefined && now < pausedUntil
    ? { no: 'promotions-paused', detail: `until ${new Date(pausedUntil).toISOString().slice(0, 10)}` }
    : yes;

export const quiets = ({ topic }: SendRequest, { quieted }: SendFacts): Answer =>
  quieted.includes(topic) ? { no: 'quieted', detail: topic } : yes;
