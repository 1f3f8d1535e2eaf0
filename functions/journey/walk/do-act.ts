import { type ActNode, actRequest, type Happening, runBindings } from '#core/journey';
import { count, logger } from '../../aws/observed.ts';
import { end, keyOf, note, profileOf, type StepStores, type Walk } from './walk.ts';

/** Does one thing outside. What fails is a value: the author says what follows. */
export const doAct = async (walk: Walk, node: ActNode, stores: StepStores): Promise<Happening | undefined> => {
  const { call, run } = walk;
  walk.now = stores.clock();
  const { journey, enrol, occurrence, customer } = call;
  const step = keyOf(walk, node.id);
  const request = actRequest(node, runBindings(run, profileOf(walk)));
  const done = await stores.outside.perform(request, {
    customer,
    journey,
    enrol,
    occurrence,
    step,
    hops: run.hops ?? 0,
    at: walk.now,
  });
  if (done.status === 'left') return end(walk, 'exited', stores);
  const reason = 'reason' in done ? { reason: done.reason } : {};
  count(done.status === 'done' ? 'ActDone' : 'ActFailed', request.do);
  logger.info('act outside', { customer, enrol, step, act: request.do, outcome: done.status, ...reason });
  note(walk, { [node.id]: { status: done.status, at: walk.now, ...reason } });
  return { acted: node.id, outcome: done };
};
