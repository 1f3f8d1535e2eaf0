import type { Json } from '../../../world.ts';
import type { Failure } from '../../state-failure.ts';
import { below, failureOfAll, gathered, parentOf, startable, withResult, withTolerated } from './children.ts';
import type { Frame, Join, Place } from '../../executions/execution.ts';
import type { Executions } from '../../executions/executions.ts';
import type { Entry, Lines } from './lines.ts';

/** What starts and ends lines of control: the children of a Parallel or Map, and the execution's own. */
export interface Joins {
  /** A line reached the end of its program. */
  finish(arn: string, frame: Frame, output: Json): void;
  /** A line failed and nothing caught it. */
  fail(arn: string, frame: Frame, failure: Failure): void;
  /** A state starts its children. */
  fork(arn: string, frame: Frame, join: Join): void;
}

export interface JoinParts {
  readonly executions: Executions;
  readonly lines: Lines;
  readonly go: (place: Place) => void;
}

/** One child that is over. */
interface Over {
  readonly parent: Frame;
  readonly child: Frame;
  readonly index: number;
  readonly what: 'Succeeded' | 'Failed';
}

export function createJoins({ executions, lines, go }: JoinParts): Joins {
  function finish(arn: string, frame: Frame, output: Json): void {
    const found = parentFrame(arn, frame);
    if (found !== undefined) {
      return childOver(arn, { ...found, what: 'Succeeded' }, withResult(found.join, found.index, output));
    }
    lines.close(arn, { status: 'SUCCEEDED', event: 'ExecutionSucceeded', lastEvent: frame.lastEvent, output });
  }

  function fail(arn: string, frame: Frame, failure: Failure): void {
    const found = parentFrame(arn, frame);
    if (found === undefined) {
      return lines.close(arn, { status: 'FAILED', event: 'ExecutionFailed', lastEvent: frame.lastEvent, failure });
    }
    const { parent, join } = found;
    const tolerated = withTolerated(join, found.index);
    if (tolerated !== undefined) return childOver(arn, { ...found, what: 'Failed' }, tolerated);
    abortChildren(arn, { ...found, what: 'Failed' });
    executions.setFrame(arn, { ...parent, lastEvent: frame.lastEvent });
    lines.settle({ execution: arn, frame: parent.id }, failureOfAll(lines.stateOf(arn, parent), join, failure));
  }

  /** One child is over and the others go on: the next iteration starts, or the parent has all its results. */
  function childOver(arn: string, { parent, child, index, what }: Over, join: Join): void {
    const previous = child.lastEvent;
    const details = { name: parent.state, index };
    const last = isMap(arn, parent)
      ? executions.note(arn, { type: `MapIteration${what}`, previous, details })
      : previous;
    lines.cut(arn, [child.id]);
    const outcome = gathered(join);
    if (outcome === undefined) {
      start(arn, { ...parent, lastEvent: previous }, join);
      return executions.save(arn);
    }
    executions.setFrame(arn, { ...parent, lastEvent: last });
    lines.settle({ execution: arn, frame: parent.id }, outcome);
  }

  /** A child failed and takes the others with it. AWS tells of every state it cuts off. */
  function abortChildren(arn: string, { parent, child, index }: Over): void {
    const previous = child.lastEvent;
    const iterations = isMap(arn, parent);
    const tell = (type: string, of?: number): void => {
      const details = of === undefined ? undefined : { name: parent.state, index: of };
      executions.note(arn, { type, previous, details });
    };
    if (iterations) tell('MapIterationFailed', index);
    const { frames } = lines.executionOf(arn);
    const cut = below(frames, parent.id);
    for (const id of cut) {
      const frame = frames[id];
      if (frame === undefined || (iterations && id === child.id)) continue;
      tell(`${lines.stateOf(arn, frame).type}StateAborted`);
      const iteration = parentOf(id);
      if (iterations && iteration?.parent === parent.id) tell('MapIterationAborted', iteration.index);
    }
    lines.cut(arn, cut);
  }

  function fork(arn: string, frame: Frame, join: Join): void {
    const outcome = gathered(join);
    if (outcome === undefined) start(arn, frame, join);
    else executions.setFrame(arn, { ...frame, phase: { at: 'settled', outcome } });
    executions.save(arn);
  }

  /** Starts as many children as may run. AWS tells of all iterations before their first states. */
  function start(arn: string, parent: Frame, join: Join): void {
    const indexes = startable(join);
    const started = { ...join, started: join.started + indexes.length };
    executions.setFrame(arn, { ...parent, phase: { at: 'joined', join: started } });
    const entries = indexes.map((index) => entryOf(arn, { parent, join, index }));
    for (const entry of entries) lines.enter(arn, entry);
    for (const { id } of entries) go({ execution: arn, frame: id });
  }

  interface Child {
    readonly parent: Frame;
    readonly join: Join;
    readonly index: number;
  }

  function entryOf(arn: string, { parent, join, index }: Child): Entry {
    const state = lines.stateOf(arn, parent);
    const { variables, lastEvent: previous, item } = parent;
    const child = { id: `${parent.id}.${index}`, input: join.inputs[index] ?? null, variables };
    if (state.type !== 'Map') {
      const first = state.type === 'Parallel' ? state.branches[index]?.startAt : undefined;
      return { ...child, state: first ?? '', lastEvent: previous, ...(item === undefined ? {} : { item }) };
    }
    const details = { name: parent.state, index };
    const lastEvent = executions.note(arn, { type: 'MapIterationStarted', previous, details });
    const value = (join.items ?? join.inputs)[index] ?? null;
    return { ...child, state: state.body.startAt, lastEvent, item: { index, value } };
  }

  function isMap(arn: string, frame: Frame): boolean {
    return lines.stateOf(arn, frame).type === 'Map';
  }

  /** The line a child belongs to, with what it waits for; undefined for the execution's own line. */
  function parentFrame(arn: string, child: Frame): (Child & { readonly child: Frame }) | undefined {
    const found = parentOf(child.id);
    if (found === undefined) return undefined;
    const parent = lines.executionOf(arn).frames[found.parent];
    if (parent?.phase.at !== 'joined') throw new Error(`no children are expected by ${found.parent}`);
    return { parent, child, join: parent.phase.join, index: found.index };
  }

  return { finish, fail, fork };
}
