import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type Control, journeyControl } from '../../aws/journey-control.ts';
import { count, logger, observed } from '../../aws/observed.ts';
import { pointerQueue } from '../../aws/pointer-queue.ts';
import { json, problem } from '../../aws/problem.ts';
import { ControlJourneyEnv } from './control-journey.env.ts';
import { readOrder, type Order } from './read-order.ts';

const { STATE_TABLE } = ControlJourneyEnv.parse(process.env);
const controls = journeyControl(STATE_TABLE);
const [pending, held] = [pointerQueue(STATE_TABLE, 'PENDING'), pointerQueue(STATE_TABLE, 'HELD')];

/** A journey as an operator sees it: what it does, and how many runs are still to be started, released or stopped. */
const viewOf = async (control: Control) => {
  const { name, version, status, reason, halted, isStopping, stopped } = control;
  const isOver = halted === 'stopped' && isStopping !== true;
  return {
    journey: name,
    status: halted ?? status,
    version,
    ...(reason === '' ? {} : { reason }),
    pending: await pending.count(name),
    held: await held.count(name),
    ...(halted === 'stopped' ? { stop: { isOver, stopped: stopped ?? 0 } } : {}),
  };
};

/** What an order comes to; nothing when somebody else gave one at the same moment, and it must be looked at again. */
type Outcome = { readonly done: Control } | { readonly refusal: APIGatewayProxyStructuredResultV2 } | undefined;

const made = (change: Awaited<ReturnType<typeof controls.pause>>): Outcome =>
  'done' in change ? { done: change.done } : undefined;

/** An order that has been given already is done: it may come twice. */
const give = async (order: Order, control: Control, at: number): Promise<Outcome> => {
  const { name, halted, isStopping } = control;
  switch (order.action) {
    case 'pause':
      if (halted === 'stopped')
        return { refusal: problem(409, 'stopped', `${name} is stopped: there is nothing in it to pause.`) };
      return halted === 'paused' ? { done: control } : made(await controls.pause(control, at));
    case 'resume':
      if (isStopping === true)
        return { refusal: problem(409, 'stopping', `${name} is still ending its runs. Resume it when none is left.`) };
      return halted === undefined
        ? { done: control }
        : made(await controls.resume(control, { at, perMinute: order.perMinute }));
    case 'stop':
      return halted === 'stopped' ? { done: control } : made(await controls.stop(control, at));
  }
};

const attempts = 3;

const carryOut = async (order: Order, name: string): Promise<APIGatewayProxyStructuredResultV2> => {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const control = await controls.find(name);
    if (control === undefined) return unknownJourney(name);
    const outcome = await give(order, control, Date.now());
    if (outcome === undefined) continue;
    if ('refusal' in outcome) return outcome.refusal;
    count('JourneyOrdered', order.action);
    logger.info('journey ordered', { journey: name, action: order.action });
    return json(200, await viewOf(outcome.done));
  }
  return problem(409, 'busy', `Somebody else is giving orders about ${name}. Look at it, and say yours again.`);
};

const unknownJourney = (name: string) =>
  problem(404, 'unknown-journey', `No journey called \`${name}\` was ever published here.`);

/** `POST /v1/journeys/{name}/pause`, `/resume` `{perMinute}` and `/stop`; `GET /v1/journeys/{name}` says how it stands. */
export const handler = observed<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>('journey', async (event) => {
  const name = event.pathParameters?.['name'] ?? '';
  if (event.routeKey.startsWith('GET ')) {
    const control = await controls.find(name);
    return control === undefined ? unknownJourney(name) : json(200, await viewOf(control));
  }
  const order = readOrder(event);
  return typeof order === 'string' ? problem(400, 'bad-request', order) : carryOut(order, name);
});
