import { assemblyCopy, grantsOf, without } from './grants.ts';
import { scenes } from './scenes/index.ts';
import { factsOf, startSegue, usedOf } from './segue-ground.ts';
import type { Job, Played } from './stage.ts';

/**
 * A process that plays scenes one after the other, each on a ground of its own. Functions load into the process that runs them
 * and never leave it: a process of their own keeps them from piling up in the tests'.
 */
const original = process.argv[2] ?? '';
const copy = assemblyCopy(original);
const all = grantsOf(original);
process.once('exit', copy.remove);

const play = async ({ scene: name, revoked }: Job): Promise<Played> => {
  const began = performance.now();
  const { deployed, play: act } = scenes.find((scene) => scene.name === name)!;
  const changes = [...(deployed ? [deployed] : []), ...(revoked ? [without(revoked, all)] : [])];
  const assembly = copy.write(...changes);
  const segue = await startSegue(assembly);
  try {
    const failed = await act(segue).then(
      () => ({}),
      (error: unknown) => ({ failed: String(error) }),
    );
    const facts = { ...(await factsOf(segue)), ...failed };
    return { facts, notes: segue.notes, used: usedOf(segue, grantsOf(assembly)), ms: performance.now() - began };
  } finally {
    await segue.ground.stop();
  }
};

process.on('message', (job: Job) => {
  play(job).then(
    (played) => process.send!({ played }),
    (error: unknown) => process.send!({ error: error instanceof Error ? error.stack : String(error) }),
  );
});
