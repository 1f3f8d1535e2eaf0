import { watched } from './calls.ts';

/** Something that happens beside others; it is interleaved with them at every call it makes to AWS. */
export type Actor = () => Promise<unknown>;

/** One of the orders of a story: whose call came when. */
type Story = {
  readonly actors: Readonly<Record<string, Actor>>;
  /** Checks what must be true at the end. */
  readonly holds: (order: string) => unknown;
};

type Orders = {
  /** The most often an actor is interrupted; without it the orders of long actors are too many. */
  readonly interruptions?: number;
  /** The calls where the actors can meet; others are made without waiting for a turn. */
  readonly meetAt?: RegExp;
};

type Turn = { readonly name: string; readonly go: () => void };

/** Runs the actors together, one call at a time: `choose` says whose is next. */
const runTogether = async (
  { actors, meetAt }: Pick<Story, 'actors'> & Pick<Orders, 'meetAt'>,
  choose: (names: readonly string[]) => string,
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
    const before = async (_: string, input: string): Promise<void> => {
      if (meetAt === undefined || meetAt.test(input)) await turn(name);
    };
    return watched({ before }, async () => {
      await turn(name);
      await actor();
    }).finally(stopped);
  });
  const all = Promise.all(running);
  all.catch(() => undefined);
  for (await allStopped(); waiting.length > 0; await allStopped()) {
    const chosen = choose([...new Set(waiting.map(({ name }) => name))].toSorted());
    const [next] = waiting.splice(
      waiting.findIndex(({ name }) => name === chosen),
      1,
    );
    moving += 1;
    next?.go();
  }
  await all;
};

/** A place where it could have gone on otherwise: what was chosen, and what is left to try. */
type Fork = { chosen: string; readonly left: string[] };

/**
 * Tells a story in every order that its actors' calls to AWS can come in, each time in a new world.
 * @param tell makes the world and its actors, and says what must hold at the end.
 * @returns how many orders there are.
 */
export const inEveryOrder = async (
  tell: () => Promise<Story>,
  { interruptions = Infinity, meetAt }: Orders = {},
): Promise<number> => {
  const path: Fork[] = [];
  for (let orders = 1; ; orders++) {
    const order: string[] = [];
    let left = interruptions;
    const choose = (names: readonly string[]): string => {
      const last = order.at(-1) ?? '';
      const canGoOn = names.includes(last);
      const may = canGoOn && left <= 0 ? [last] : canGoOn ? [last, ...names.filter((name) => name !== last)] : names;
      const [first = '', ...others] = may;
      const fork = (path[order.length] ??= { chosen: first, left: others });
      if (!names.includes(fork.chosen)) throw new Error(`The story is not told alike twice: ${order.join(' ')}`);
      if (canGoOn && fork.chosen !== last) left -= 1;
      order.push(fork.chosen);
      return fork.chosen;
    };
    const { actors, holds } = await tell();
    try {
      await runTogether(meetAt === undefined ? { actors } : { actors, meetAt }, choose);
      await holds(order.join(' '));
    } catch (error) {
      if (error instanceof Error) error.message = `in the order ${order.join(' ')}: ${error.message}`;
      throw error;
    }
    path.splice(order.length);
    while (path.at(-1)?.left.length === 0) path.pop();
    const fork = path.at(-1);
    if (fork === undefined) return orders;
    fork.chosen = fork.left.shift() ?? '';
  }
};
