import type { Json } from '../../../world.ts';
import type { Batcher, Distributed, ItemReader, MapState } from '../../asl/program.ts';
import { isObject } from '../../json.ts';
import { render, unexpected, type Scope } from '../../jsonata/template.ts';
import { batches } from '../../map-runs/batches.ts';
import { mapRunArn, type MapRunPlan } from '../../map-runs/map-run.ts';
import { readItems } from '../../map-runs/read-items.ts';
import { MAP_CONCURRENCY } from '../../map-runs/limits.ts';
import type { Reach } from '../reach.ts';
import type { Draft, Step } from '../step.ts';
import { attemptOf, scopeOf, type Turn } from '../turn.ts';
import { itemsOf, select, toleranceOf, WHOLE } from './fork.ts';
import { MAX_BYTES, number, withinLimit } from './values.ts';

/** Plans the Map Run of a distributed Map: reads its items, and cuts them into the inputs of its children. */
export async function distribute(turn: Turn<MapState>, distributed: Distributed, reach: Reach): Promise<Step> {
  const { state, execution, frame } = turn;
  const scope = scopeOf(turn);
  const { reader, batcher } = distributed;
  reach.mayStartChildren(execution);
  const items = reader === undefined ? await itemsOf(turn, scope) : await read(turn, reader, reach);
  const selected = await select(turn, items);
  const { inputs, weights } =
    batcher === undefined
      ? { inputs: selected, weights: selected.map(() => 1) }
      : await batched(batcher, selected, scope);
  for (const input of inputs) withinLimit(input, state.name);
  const { tolerated = 0, count, percentage } = await toleranceOf(state, scope, items.length);
  const run: MapRunPlan = {
    arn: mapRunArn(execution.machine, distributed.label, execution.arn, execution.startedAt, frame.id, attemptOf(turn)),
    inputs,
    weights,
    most: (await number(state.maxConcurrency, scope, WHOLE)) || MAP_CONCURRENCY.distributed,
    tolerated,
    ...(count === undefined ? {} : { toleratedCount: count }),
    ...(percentage === undefined ? {} : { toleratedPercentage: percentage }),
  };
  // AWS does not know the length before the object has been read.
  const started: Draft = { type: 'MapStateStarted', details: { length: reader === undefined ? items.length : 0 } };
  return { kind: 'map', run, events: [started, { type: 'MapRunStarted', details: { mapRunArn: run.arn } }] };
}

async function read(turn: Turn<MapState>, reader: ItemReader, reach: Reach): Promise<readonly Json[]> {
  const scope = scopeOf(turn);
  const where = await render(reader.arguments, scope);
  if (!isObject(where)) throw unexpected(reader.arguments, where, 'object');
  const most = await number(reader.maxItems, scope, { ...WHOLE, least: 1 });
  return readItems(await reach.object(turn.execution, where), reader, most);
}

async function batched(
  { input, maxItems, maxBytes }: Batcher,
  items: readonly Json[],
  scope: Scope,
): Promise<{ readonly inputs: readonly Json[]; readonly weights: readonly number[] }> {
  const common = input === undefined ? {} : { BatchInput: await render(input, scope) };
  const limits = {
    items: (await number(maxItems, scope, { ...WHOLE, least: 1 })) ?? Number.POSITIVE_INFINITY,
    bytes: (await number(maxBytes, scope, { least: 1, most: MAX_BYTES, whole: true })) ?? MAX_BYTES,
  };
  const inputOf = (batch: readonly Json[]): Json => ({ ...common, Items: batch });
  const made = batches(items, limits, inputOf);
  return { inputs: made.map(inputOf), weights: made.map(({ length }) => length) };
}
