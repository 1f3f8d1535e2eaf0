import { PutEventsCommand, type PutEventsResultEntry } from '@aws-sdk/client-eventbridge';
import type { ReadCall } from '#core/signal';
import { chunks } from '../../aws/chunks.ts';
import { eventbridge } from '../../aws/clients.ts';
import { jitter } from '../../aws/conditional.ts';

/** A signal the bus did not take, and EventBridge's word for why. */
export type Unsent = { readonly call: ReadCall; readonly reason: string };

/** What EventBridge takes in one call; ten signals of 64 KB are below its 1 MB. */
const CHUNK = 10;
const AT_ONCE = 5;
const ATTEMPTS = 4;

/** Puts signals on the bus, ten at a time. What EventBridge leaves is tried again, alone and unchanged, so under the same id. */
export const signalBus = (busName: string, pause: (attempt: number) => Promise<void> = jitter) => {
  const entryOf = ({ event }: ReadCall) => ({
    EventBusName: busName,
    Source: event.source,
    DetailType: event['detail-type'],
    Time: new Date(event.time),
    Detail: JSON.stringify(event.detail),
  });

  const putOnce = async (calls: readonly ReadCall[]): Promise<readonly Unsent[]> => {
    const { FailedEntryCount = 0, Entries = [] } = await eventbridge().send(
      new PutEventsCommand({ Entries: calls.map(entryOf) }),
    );
    if (FailedEntryCount === 0) return [];
    return calls.flatMap((call, index) => unsent(call, Entries[index]));
  };

  const putChunk = async (calls: readonly ReadCall[]): Promise<readonly Unsent[]> => {
    let left: readonly Unsent[] = calls.map((call) => ({ call, reason: 'NotTried' }));
    try {
      for (let attempt = 1; attempt <= ATTEMPTS && left.length > 0; attempt++) {
        if (attempt > 1) await pause(attempt);
        left = await putOnce(left.map(({ call }) => call));
      }
      return left;
    } catch (error) {
      // The SDK has tried again already.
      const reason = error instanceof Error ? error.name : 'Unknown';
      return left.map(({ call }) => ({ call, reason }));
    }
  };

  /** @returns those that are not on the bus */
  return async (calls: readonly ReadCall[]): Promise<readonly Unsent[]> => {
    const all = chunks(calls, CHUNK);
    const lanes = Array.from({ length: AT_ONCE }, (_, lane) => all.filter((_, n) => n % AT_ONCE === lane));
    const inLane = async (lane: readonly (readonly ReadCall[])[]): Promise<readonly Unsent[]> => {
      const left: Unsent[] = [];
      for (const chunk of lane) left.push(...(await putChunk(chunk)));
      return left;
    };
    return (await Promise.all(lanes.map(inLane))).flat();
  };
};

const unsent = (call: ReadCall, entry: PutEventsResultEntry | undefined): readonly Unsent[] =>
  entry?.EventId === undefined ? [{ call, reason: entry?.ErrorCode ?? 'Unknown' }] : [];
