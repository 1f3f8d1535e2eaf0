import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Grant } from '../../../local/iam/access-control.ts';
import type { JsonObject } from '../../../local/world.ts';

/** A scene to play, on the template without one of its grants when one is `revoked`. */
export type Job = { readonly scene: string; readonly revoked?: Grant };

export type Played = {
  readonly facts: JsonObject;
  readonly notes: readonly string[];
  readonly used: readonly Grant[];
  readonly ms: number;
};

type Reply = { readonly played: Played } | { readonly error: string };

const AT_ONCE = 2;
/** What a scene loaded stays in its process: after so many it takes a new one. */
const SCENES_EACH = 20;

const ask = (player: ChildProcess, job: Job): Promise<Played> =>
  new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error(`The process ended while it played: ${JSON.stringify(job)}`));
    player.once('exit', ended);
    player.once('message', (reply: Reply) => {
      player.off('exit', ended);
      if ('played' in reply) resolve(reply.played);
      else reject(new Error(`${JSON.stringify(job)}: ${reply.error}`));
    });
    player.send(job);
  });

/** Two processes that play whatever they are asked, until they are closed. */
export const openStage = (assembly: string) => {
  const script = fileURLToPath(new URL('play-scene.ts', import.meta.url));
  const fresh = () => ({
    process: fork(script, [assembly], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }),
    played: 0,
  });
  const leave = (player: ChildProcess): void => {
    if (player.connected) player.disconnect();
  };
  const players = Array.from({ length: AT_ONCE }, fresh);
  return {
    async playAll(jobs: readonly Job[]): Promise<readonly Played[]> {
      const done: Played[] = [];
      const left = [...jobs.entries()];
      const work = async (seat: number): Promise<void> => {
        for (let next = left.shift(); next !== undefined; next = left.shift()) {
          const player = players[seat]!;
          if (player.played++ >= SCENES_EACH) {
            leave(player.process);
            players[seat] = { ...fresh(), played: 1 };
          }
          done[next[0]] = await ask(players[seat]!.process, next[1]);
        }
      };
      await Promise.all(players.map((_, seat) => work(seat)));
      return done;
    },
    close(): void {
      for (const { process } of players) leave(process);
    },
  };
};
