import { TransactWriteItemsCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { dynamodb } from './clients.ts';
import { jitter, transact } from './conditional.ts';
import { gather } from './gather.ts';

/** Writes that must be done together or not at all. */
export type Together = {
  readonly writes: readonly TransactWriteItem[];
  /** Writes that go with them, of items that others may want to write as well. One that is refused keeps nothing else back. */
  readonly shared: readonly TransactWriteItem[];
};

/** The most that DynamoDB takes in one transaction: items, and bytes. */
const mostItems = 100;
const mostBytes = 4_000_000;

/** No less than it weighs: names and numbers are few, and UTF-8 takes up to three bytes for each of what JavaScript counts. */
const bytesOf = ({ Put }: TransactWriteItem): number =>
  Object.values(Put?.Item ?? {}).reduce((sum, { S = '' }) => sum + S.length * 3, 1000);

/** In items, and as if bytes were some. */
const sizeOf = ({ writes, shared }: Together): number => {
  const all = [...writes, ...shared];
  const bytes = all.reduce((sum, write) => sum + bytesOf(write), 0);
  return Math.max(all.length, (bytes / mostBytes) * mostItems);
};

const run = (writes: readonly TransactWriteItem[]) =>
  transact(() => dynamodb().send(new TransactWriteItemsCommand({ TransactItems: [...writes] })), jitter);

const alone = async ({ writes, shared }: Together): Promise<boolean> => {
  const left = [...shared];
  for (;;) {
    const refused = await run([...writes, ...left]);
    if (refused === undefined) return true;
    if (refused.index < writes.length) return false;
    left.splice(refused.index - writes.length, 1);
  }
};

const nameOf = ({ Update }: TransactWriteItem): string => JSON.stringify(Update?.Key);

/** No transaction may name an item twice: those who share one come one after the other. */
const apart = (batch: readonly Together[]): readonly (readonly Together[])[] => {
  const groups: { readonly all: Together[]; readonly names: Set<string> }[] = [];
  for (const one of batch) {
    const names = one.shared.map(nameOf);
    const group = groups.find((each) => !names.some((name) => each.names.has(name)));
    if (group === undefined) groups.push({ all: [one], names: new Set(names) });
    else {
      group.all.push(one);
      for (const name of names) group.names.add(name);
    }
  }
  return groups.map(({ all }) => all);
};

const runGroup = async (group: readonly Together[]): Promise<readonly boolean[]> => {
  if (group.length > 1) {
    const refused = await run(group.flatMap(({ writes, shared }) => [...writes, ...shared]));
    if (refused === undefined) return group.map(() => true);
  }
  return Promise.all(group.map(alone));
};

/**
 * Transactions that come at about the same time, as many in one as fit: for a database that keeps every write before it answers, as good
 * as one write. Where one is refused, each is tried alone: nobody is kept back by somebody else.
 * @returns `true` where all was written, `false` where a write was refused, or was more than any transaction holds
 */
export const transactionBatch = () => {
  const write = gather<Together, boolean>({
    most: mostItems,
    sizeOf,
    run: async (batch) => {
      const answers = new Map<Together, boolean>();
      for (const group of apart(batch))
        for (const [index, answer] of (await runGroup(group)).entries()) {
          const one = group[index];
          if (one !== undefined) answers.set(one, answer);
        }
      return batch.map((one) => answers.get(one) === true);
    },
  });
  return async (together: Together): Promise<boolean> => sizeOf(together) <= mostItems && write(together);
};
export type TransactionBatch = ReturnType<typeof transactionBatch>;
