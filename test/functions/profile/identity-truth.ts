import '../world/environment.ts';
import { expect } from 'vitest';
import { emptyProfile, foldSignal, headsOf, ownerAmong, pairsOf } from '#core/profile';
import type { Signal } from '#core/signal';
import { linkStore } from '../../../functions/aws/link-store.ts';
import { tables } from '../world/environment.ts';
import { rowsOf } from '../world/world.ts';
import { ids } from './log-stream.ts';

export const links = linkStore(tables.state);

export const stateOf = async (customer: string) => (await rowsOf(`C#${customer}`)).get('PROFILE');
export const bodyOf = async (customer: string) => (await stateOf(customer))?.['body'] as string | undefined;
export const logOf = async (customer: string) => [...(await rowsOf(`C#${customer}`, 'log')).keys()].toSorted();
export const seenOf = async (customer: string) =>
  Object.fromEntries(
    Object.entries<number[]>(JSON.parse((await bodyOf(customer)) ?? '{"seen":{}}').seen).map(([event, [n]]) => [
      event,
      n,
    ]),
  );

/** Whose every customer's rows are, by the signals alone. */
const partitionOf = (signals: readonly Signal[]): ReadonlyMap<string, string> => {
  const pairs = signals.flatMap((each) => pairsOf(each).map((pair) => ({ ...pair, at: Date.parse(each.timestamp) })));
  const edges = pairs
    .filter(({ kind }) => kind === 'alias')
    .map((pair) => [ids.idOf({ user: pair.other }), ids.idOf({ user: pair.user })] as const);
  const users = new Set([
    ...signals.flatMap(({ subject }) => (subject.user === undefined ? [] : [ids.idOf(subject)])),
    ...edges.flat(),
  ]);
  const heads = new Map(headsOf([...users], edges));
  const claims = Map.groupBy(
    pairs.filter(({ kind }) => kind === 'anonymous'),
    ({ other }) => ids.idOf({ anonymous: other }),
  );
  const homes = new Set(signals.map(({ subject }) => ids.idOf(subject)));
  for (const home of [...homes, ...claims.keys()]) {
    const owner = ownerAmong(
      (claims.get(home) ?? []).map((pair) => ({ by: ids.idOf({ user: pair.user }), at: pair.at })),
    );
    if (!heads.has(home)) heads.set(home, owner === undefined ? home : (heads.get(owner.by) ?? owner.by));
  }
  return heads;
};

export const headOf = async (customer: string): Promise<string> => (await links.chainOf(customer)).at(-1)!;

/** Every customer is who the signals say, knows what they say, and has their rows. */
export const expectTruth = async (signals: readonly Signal[]): Promise<void> => {
  const heads = partitionOf(signals);
  for (const [customer, head] of heads) expect([customer, await headOf(customer)]).toEqual([customer, head]);
  const theirs = Map.groupBy(new Map(signals.map((each) => [each.messageId, each])).values(), ({ subject }) =>
    heads.get(ids.idOf(subject)),
  );
  for (const [head, rows] of theirs) {
    expect(await logOf(head!)).toEqual(rows.map(({ messageId }) => messageId).toSorted());
    expect(await bodyOf(head!)).toBe(JSON.stringify(rows.reduce(foldSignal, emptyProfile())));
  }
  for (const [customer, head] of heads) if (customer !== head) expect(await bodyOf(customer)).toBeUndefined();
};
