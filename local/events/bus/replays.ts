import * as z from 'zod';
import { AwsError, type JsonObject, type Operation, type World } from '../../world.ts';
import { lastPart, operation } from '../operation.ts';
import type { Archives } from './archives.ts';
import type { Bus } from './bus.ts';

const seconds = z.union([z.number(), z.string().transform((text) => Date.parse(text) / 1_000)]);
const start = z.strictObject({
  ReplayName: z.string().min(1).max(64),
  Description: z.string().optional(),
  EventSourceArn: z.string(),
  EventStartTime: seconds,
  EventEndTime: seconds,
  Destination: z.strictObject({ Arn: z.string(), FilterArns: z.array(z.string()).optional() }),
});
const named = z.strictObject({ ReplayName: z.string() });
const listed = z.object({
  NamePrefix: z.string().default(''),
  State: z.string().optional(),
  EventSourceArn: z.string().optional(),
});
const replay = start.extend({
  State: z.enum(['RUNNING', 'COMPLETED', 'CANCELLED']),
  ReplayStartTime: z.number(),
  ReplayEndTime: z.number().optional(),
  EventLastReplayedTime: z.number().optional(),
});
type Replay = z.output<typeof replay>;
/** What a list tells of each; where it goes is not said there. */
const LISTED = Object.keys(replay.omit({ Destination: true, Description: true }).shape);

/** Plays an archive's events again to named rules of its bus. A replay cut off goes on where it was: an event may come twice. */
export const createReplays = (world: World, archives: Archives, bus: Pick<Bus, 'arrive'>) => {
  const { clock, journal, stack } = world;
  const arnOf = (name: string) => `arn:aws:events:${stack.region}:${stack.account}:replay/${name}`;
  const find = (name: string): Replay | undefined => {
    const kept = journal.get('replay', name);
    return kept === undefined ? undefined : replay.parse(kept);
  };
  const keep = (one: Replay): void => journal.put('replay', one.ReplayName, tidy(one));

  const run = async (one: Replay): Promise<void> => {
    const from = (one.EventLastReplayedTime ?? one.EventStartTime) * 1_000;
    const { Destination, ReplayName } = one;
    const only = Destination.FilterArns;
    for (const event of archives.between(lastPart(one.EventSourceArn), from, one.EventEndTime * 1_000)) {
      if (find(ReplayName)?.State !== 'RUNNING') return;
      await bus.arrive({
        bus: lastPart(Destination.Arn),
        event: { ...event, 'replay-name': ReplayName },
        ...(only === undefined ? {} : { only }),
      });
      keep({ ...(find(ReplayName) ?? one), EventLastReplayedTime: Date.parse(event.time) / 1_000 });
    }
    const played = find(ReplayName) ?? one;
    if (played.State === 'RUNNING') keep({ ...played, State: 'COMPLETED', ReplayEndTime: clock.now() / 1_000 });
    await journal.durable();
  };

  const startReplay = operation(start, async (input, caller) => {
    caller.require('events:StartReplay', input.EventSourceArn);
    const archive = archives.find(input.EventSourceArn);
    if (archive === undefined)
      throw new AwsError('ResourceNotFoundException', `Archive ${lastPart(input.EventSourceArn)} does not exist.`);
    if (find(input.ReplayName) !== undefined)
      throw new AwsError('ResourceAlreadyExistsException', `Replay ${input.ReplayName} already exists.`);
    if (archive.source !== input.Destination.Arn)
      throw new AwsError(
        'ValidationException',
        'Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.',
      );
    if (input.EventEndTime <= input.EventStartTime)
      throw new AwsError(
        'ValidationException',
        'Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.',
      );
    const one: Replay = { ...input, State: 'RUNNING', ReplayStartTime: clock.now() / 1_000 };
    keep(one);
    await journal.durable();
    void clock.busy(() => run(one)).catch((error: unknown) => world.note(`Replay ${one.ReplayName}: ${String(error)}`));
    return { ReplayArn: arnOf(input.ReplayName), State: 'STARTING', ReplayStartTime: one.ReplayStartTime };
  });

  const describeReplay = operation(named, async ({ ReplayName }, caller) => {
    caller.require('events:DescribeReplay', arnOf(ReplayName));
    const one = find(ReplayName);
    if (one === undefined) throw new AwsError('ResourceNotFoundException', `Replay ${ReplayName} does not exist.`);
    return { ...tidy(one), ReplayArn: arnOf(ReplayName) };
  });

  const cancelReplay = operation(named, async ({ ReplayName }, caller) => {
    caller.require('events:CancelReplay', arnOf(ReplayName));
    const one = find(ReplayName);
    if (one === undefined) throw new AwsError('ResourceNotFoundException', `Replay ${ReplayName} does not exist.`);
    if (one.State !== 'RUNNING')
      throw new AwsError('IllegalStatusException', `Replay ${ReplayName} is not in a valid state for this operation.`);
    keep({ ...one, State: 'CANCELLED', ReplayEndTime: clock.now() / 1_000 });
    await journal.durable();
    return { ReplayArn: arnOf(ReplayName), State: 'CANCELLING' };
  });

  const listReplays = operation(listed, async ({ NamePrefix, State, EventSourceArn }, caller) => {
    caller.require('events:ListReplays', '*');
    const all = [...journal.all('replay')].map(([, value]) => replay.parse(value));
    const hit = all.filter(
      (one) =>
        one.ReplayName.startsWith(NamePrefix) &&
        (State ?? one.State) === one.State &&
        (EventSourceArn ?? one.EventSourceArn) === one.EventSourceArn,
    );
    return { Replays: hit.map((one) => JSON.parse(JSON.stringify(one, LISTED))) };
  });

  const operations: Readonly<Record<string, Operation>> = {
    StartReplay: startReplay,
    CancelReplay: cancelReplay,
    DescribeReplay: describeReplay,
    ListReplays: listReplays,
  };
  return {
    operations,
    resume(): void {
      for (const [, value] of journal.all('replay')) {
        const one = replay.parse(value);
        if (one.State === 'RUNNING') void clock.busy(() => run(one));
      }
    },
  };
};

/** Without the fields that are not there. */
const tidy = (one: Replay): JsonObject => JSON.parse(JSON.stringify(one));
