import { watched } from './calls.ts';

/** Something that happens beside others; it is interleaved with them at every call it makes to AWS. */
export type Actor = () => Promise<unknown>;

type Turn = { readonly name: string; readonly go: () => void };

/** Runs the actors in one order: `choose` says whose call is made next. */
const runTogether = async (
  actors: Readonly<Record<string, Actor>>,
  choose: (names: readonly string[]) => number,
): Promise<void> => {
  const waiting: Turn[] = [];
  let moving = 0;
  let quiet = (): void => undefined;
  const stopped = (): void => {
    moving -= 1;
    if (moving === 0) quiet();
  };
  const turn = (name: string): Promise<void> =>
    new Promise((go) => {
      waiting.push({ name, go });
      stopped();
    });
  const allStopped = (): Promise<void> => (moving === 0 ? Promise.resolve() : new Promise((r) => (quiet = r)));

  const running = Object.entries(actors).map(([name, actor]) => {
    moving += 1;
    const before = (): Promise<void> => turn(name);
    return watched({ before, after: async () => undefined }, async () => {
      await turn(name);
      await actor();
    }).finally(stopped);
  });
  const all = Promise.all(running);
  all.catch(() => undefined);
  for (await allStopped(); waiting.length > 0; await allStopped()) {
    waiting.sort((a, b) => (a.name < b.name ? -1 : 1));
    const [next] = waiting.splice(choose(waiting.map(({ name }) => name)), 1);
    moving += 1;
    next!.go();
  }
  await all;
};

/**
 * Tells a story in every order its actors' calls to AWS can come in, each time with a fresh customer.
 * @param tell makes the world and its actors, and gives back what must hold at the end.
 * @returns how many orders there are.
 */
export const inEveryOrder = async (
  tell: () => Promise<{ readonly actors: Readonly<Record<string, Actor>>; readonly holds: (order: string) => unknown }>,
): Promise<number> => {
  let path: { choice: number; of: number }[] = [];
  for (let orders = 1; ; orders++) {
    let depth = 0;
    const order: string[] = [];
    const { actors, holds } = await tell();
    await runTogether(actors, (names) => {
      const at = (path[depth] ??= { choice: 0, of: names.length });
      depth += 1;
      order.push(names[at.choice] ?? '');
      return at.choice;
    });
    try {
      await holds(order.join(' '));
    } catch (error) {
      if (error instanceof Error) error.message = `in the order ${order.join(' ')}: ${error.message}`;
      throw error;
    }
    path = path.slice(0, depth);
    while (path.length > 0 && path.at(-1)!.choice + 1 >= path.at(-1)!.of) path.pop();
    const last = path.at(-1);
    if (last === undefined) return orders;
    last.choice += 1;
  }
};
