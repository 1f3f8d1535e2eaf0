import { durationMs, dueAt, type Enrolment, type Happening, rivalsOf, sendId, type SendNode } from '#core/journey';
import type { JourneyStore, StoredJourney } from '../../aws/journey-store.ts';
import type { Circumstances } from '../../aws/run-store.ts';
import { type Sent, sendStep } from '../send-step.ts';
import { end, hold, keyOf, look, note, others, profileOf, type StepStores, type Walk, writeLater } from './walk.ts';

/** The customer's other open runs, and the messages to many that wait for a slot. */
type Others = { readonly runs: readonly Enrolment[]; readonly held: Circumstances['held'] };

/** What they mean for a message: topics that are kept quiet, and messages that wait for the same slot. */
export const around = async (
  { runs, held }: Others,
  own: Pick<Enrolment, 'journey' | 'enrol'>,
  journeys: Pick<JourneyStore, 'version'>,
) => {
  const found = await Promise.all(runs.map((each) => journeys.version(each.journey, each.version)));
  const versions = new Map<unknown, StoredJourney>(
    runs
      .map((run, i) => [run, found[i]] as const)
      .flatMap(([run, version]) => (version === undefined ? [] : [[run, version] as const])),
  );
  return {
    quieted: runs.flatMap((run) => (run.journey === own.journey ? [] : (versions.get(run)?.journey.quiets ?? []))),
    rivals: [...rivalsOf(runs, own, (run) => versions.get(run)), ...held],
  };
};

const send = async (walk: Walk, node: SendNode, stores: StepStores): Promise<Sent> => {
  const { call, stored, run, seen, now } = walk;
  return sendStep(
    {
      customer: call.customer,
      run,
      stored,
      node,
      key: keyOf(walk, node.id),
      profile: profileOf(walk),
      gate: seen.gate,
      ...(await around({ runs: others(walk), held: seen.held }, run, stores.journeys)),
      dueAt: dueAt(run, node.id, now),
      now,
      owner: call.token.slice(-24),
    },
    stores.outlet,
  );
};

/** Minutes until a throttled message is tried again: a rate recovers in one, a daily quota in hours. */
const patience = [1, 5, 15, 60] as const;
const minuteMs = 60_000;
const dayMs = 86_400_000;

/** The provider takes nothing now: the message is held for longer each time, and given up when it would be too late. */
const comeBackLater = async (
  walk: Walk,
  node: SendNode,
  leastMs: number,
  stores: StepStores,
): Promise<Happening | undefined> => {
  const due = dueAt(walk.run, node.id, walk.now);
  const tries = Number(walk.run.steps[node.id]?.['throttled'] ?? 0) + 1;
  const minutes = patience[Math.min(tries, patience.length) - 1] ?? 60;
  const until = walk.now + Math.max(leastMs, minutes * minuteMs);
  const latest = due + (node.send.expires === undefined ? dayMs : (durationMs(node.send.expires) ?? dayMs));
  if (until > latest) {
    const outcome = { status: 'withheld', reason: 'throttled' } as const;
    const send = sendId({ run: walk.run, key: keyOf(walk, node.id) });
    const checks = [{ check: 'provider', result: 'no', detail: 'throttled' }] as const;
    const why = { reason: 'throttled', at: walk.now, journey: walk.run.journey, message: node.send.message, checks };
    walk.writes.push(stores.outlet.ledger.withheld(walk.call.customer, send, why));
    note(walk, { [node.id]: { ...outcome, at: walk.now } });
    return { sent: node.id, outcome };
  }
  note(walk, { [node.id]: { status: 'held', dueAt: due, throttled: tries } });
  return hold(walk, node.id, until, stores);
};

/** One message, or why not; nothing happens next while it is held. */
export const doSend = async (walk: Walk, node: SendNode, stores: StepStores): Promise<Happening | undefined> => {
  const { id } = node;
  walk.now = stores.clock();
  const sent = await send(walk, node, stores);
  if ('again' in sent)
    return (await look(walk, stores)) ? { reached: id } : end(walk, walk.run.exitReason ?? 'exited', stores);
  if ('exited' in sent) return end(walk, 'exited', stores);
  const held = { status: 'held', dueAt: dueAt(walk.run, id, walk.now) };
  if ('busyUntil' in sent) {
    note(walk, { [id]: { ...walk.run.steps[id], ...held } });
    return hold(walk, id, sent.busyUntil + 1000, stores);
  }
  await writeLater(walk, sent.write, id, stores);
  if ('throttledForMs' in sent) return comeBackLater(walk, node, sent.throttledForMs, stores);
  if ('holdUntil' in sent) {
    const { reason, channel } = sent;
    note(walk, { [id]: { ...held, reason, ...(channel === undefined ? {} : { channel }) } });
    return hold(walk, id, sent.holdUntil, stores);
  }
  const { outcome, channel, variant } = sent;
  const reason = 'reason' in outcome ? { reason: outcome.reason } : {};
  const on = channel === undefined ? {} : { channel };
  const wording = variant === undefined ? {} : { variant };
  note(walk, { [id]: { status: outcome.status, at: walk.now, ...reason, ...on, ...wording } });
  if (sent.ends === true && 'reason' in outcome) return { exited: outcome.reason };
  return { sent: id, outcome };
};
