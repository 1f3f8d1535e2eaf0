import { profileSource, segmentEntered, segmentLeft } from '#core/events';
import { recentMs } from '#core/profile';
import { signal } from '../../announce/said.ts';
import type { BusEvent } from '../../aws/bus-writer.ts';
import { type ListRow, type ListRows } from '../../aws/list-rows.ts';

type Rows = ReadonlyMap<string, ListRow>;
/** An id somebody put into a list, and who that is today. */
export type Named = { readonly named: string; readonly head: string };

export type ListStores = {
  readonly rows: ListRows;
  /** The names of all lists. */
  readonly names: () => Promise<readonly string[]>;
  readonly put: (events: readonly BusEvent[]) => Promise<void>;
};

/** Who somebody turned out to be may change while it is looked for. */
const attempts = 5;

const out: ListRow = { isIn: false, isListed: false, since: 0 };
const rowOf = (rows: Rows | undefined, id: string): ListRow => rows?.get(id) ?? out;
const isAnyIn = (rows: Rows | undefined, id: string): boolean => rowOf(rows, id).isIn || rowOf(rows, id).isListed;

const isWanted = (rows: Rows, ids: readonly string[]): boolean => ids.some((id) => rowOf(rows, id).isListed);

/** Under one id for good: an upload or a merge that broke off is repeated, and nobody enters twice by it. */
export const listEntered = (customer: string, segment: string, at: number): BusEvent =>
  signal(
    { event: segmentEntered, id: `${customer}/${segment}/list`, at, customer, about: { segment } },
    { source: profileSource },
  );

const listLeft = (customer: string, segment: string, { at, order = 0 }: { at: number; order?: number | undefined }) =>
  signal(
    { event: segmentLeft, id: `${customer}/${segment}/list-left/${order}`, at, customer, about: { segment } },
    { source: profileSource },
  );

/** Lists that people keep. Whoever was put in under any of their ids is a member once, as the one who holds everything. */
export const listDesk = ({ rows, names, put }: ListStores) => {
  /** Puts an id into a list. @returns `moved` when they are somebody else by now */
  const enlist = async (list: string, { named, head }: Named, at: number): Promise<'added' | 'already' | 'moved'> => {
    const isSelf = named === head;
    const written = await rows.rewrite({
      list,
      ids: () => Promise.resolve([...new Set([named, head])]),
      standing: [rows.isThemselves(head), ...(isSelf ? [] : [rows.isAnother(named)])],
      plan: (before) => {
        const [own, theirs] = [rowOf(before, named), rowOf(before, head)];
        if (theirs.isIn && own.isListed) return new Map();
        return new Map([
          ...(isSelf ? [] : [[named, { isIn: false, isListed: true }] as const]),
          [head, { isIn: true, isListed: isSelf || theirs.isListed }],
        ]);
      },
      at,
    });
    if (written.is === 'moved') return 'moved';
    return rowOf(written.before, head).isIn ? 'already' : 'added';
  };

  const followInto = async (list: string, { named, head }: Named, { found, at }: { found: Rows; at: number }) => {
    const { since } = rowOf(found, named);
    // Said first: once it is written nobody would know that it is still to be said.
    if (!rowOf(found, head).isIn && at - since < recentMs) await put([listEntered(head, list, at)]);
    return rows.rewrite({
      list,
      ids: () => Promise.resolve([named, head]),
      standing: [rows.isAnother(named), rows.isThemselves(head)],
      plan: (before) =>
        isAnyIn(before, named)
          ? new Map([
              [named, { isIn: false, isListed: rowOf(before, named).isListed }],
              [head, { isIn: true, isListed: rowOf(before, head).isListed, since }],
            ])
          : new Map(),
      at,
    });
  };

  /**
   * Takes somebody's memberships to who they turned out to be. Done again it changes no number, and says nothing new.
   * @param headOf who that is now
   */
  const follow = async (customer: string, headOf: () => Promise<string>, at: number): Promise<void> => {
    const lists = await names();
    if (lists.length === 0) return;
    for (let attempt = 1, isMoved = true; isMoved; attempt++) {
      const head = await headOf();
      if (head === customer) return;
      if (attempt > attempts) throw new Error('Whose memberships these are changes too often.');
      isMoved = false;
      for (const [list, found] of await rows.read(lists, [customer, head])) {
        if (!isAnyIn(found, customer)) continue;
        const written = await followInto(list, { named: customer, head }, { found, at });
        isMoved ||= written.is === 'moved';
      }
    }
  };

  /**
   * Lets somebody be in the lists that any of their ids was put into, and in no other: what a split leaves behind.
   * @param idsOf all ids that are one person with them now, themselves among them
   */
  const tidy = async (head: string, idsOf: () => Promise<readonly string[]>, at: number): Promise<void> => {
    const lists = await names();
    if (lists.length === 0) return;
    const ids = await idsOf();
    for (const [list, found] of await rows.read(lists, ids)) {
      const { isIn, order } = rowOf(found, head);
      if (isIn === isWanted(found, ids)) continue;
      if (isIn) await put([listLeft(head, list, { at, order })]);
      let seen: readonly string[] = ids;
      await rows.rewrite({
        list,
        ids: async () => (seen = await idsOf()),
        standing: [rows.isThemselves(head)],
        plan: (before) => {
          const own = rowOf(before, head);
          const wanted = isWanted(before, seen);
          return own.isIn === wanted ? new Map() : new Map([[head, { isIn: wanted, isListed: own.isListed }]]);
        },
        at,
      });
    }
  };

  return { enlist, follow, tidy };
};
export type ListDesk = ReturnType<typeof listDesk>;
