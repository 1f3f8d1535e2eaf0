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
  const players = Array.from({ length: AT_ONCE }, () =>
    fork(script, [assembly], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }),
  );
  return {
    async playAll(jobs: readonly Job[]): Promise<readonly Played[]> {
      const done: Played[] = [];
      const left = [...jobs.entries()];
      const work = async (player: ChildProcess): Promise<void> => {
        for (let next = left.shift(); next !== undefined; next = left.shift())
          done[next[0]] = await ask(player, next[1]);
      };
      await Promise.all(players.map(work));
      return done;
    },
    close(): void {
      for (const player of players) if (player.connected) player.disconnect();
    },
  };
};
