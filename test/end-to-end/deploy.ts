import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileJourney } from '#compiler';
import { channelNeeds, JourneyDocument, PublishedDocument } from '#core/journey';
import { segueApp } from '../../infra/app.ts';
import { type Ground, startGround } from '../../local/ground.ts';

const root = join(import.meta.dirname, '../..');

/** A journey as it ships. */
export const shipped = (name: string): PublishedDocument =>
  PublishedDocument.parse(JSON.parse(readFileSync(join(root, `state-machines/${name}/journey.json`), 'utf8')));

/** A journey of a test's own, which says what cart-abandonment says. */
export const ownJourney = (draft: object): PublishedDocument => {
  const journey = JourneyDocument.parse(draft);
  const { messages } = shipped('cart-abandonment');
  return { journey, topics: { service: 'transactional' }, messages, needs: channelNeeds(journey) };
};

export type Deployment = {
  /** Those of the test alone, so that those people write may change; otherwise those that ship. */
  readonly journeys?: readonly PublishedDocument[];
  /** YAML by name. */
  readonly segments?: Readonly<Record<string, string>>;
  /** Where the virtual clock begins; a Monday at nine unless given. */
  readonly start?: string;
};

export type Deployed = { readonly ground: Ground; readonly stop: () => Promise<void> };

/** The stack, synthesized for the test and started in this process, in memory. */
export const deploy = async ({ journeys, segments, start = '2026-01-05T09:00:00Z' }: Deployment): Promise<Deployed> => {
  const scratch = mkdtempSync(join(tmpdir(), 'segue-end-to-end-'));
  const folder = (...path: readonly string[]): string => {
    const made = join(scratch, ...path);
    mkdirSync(made, { recursive: true });
    return made;
  };
  for (const document of journeys ?? []) {
    const own = folder('journeys', document.journey.name);
    writeFileSync(join(own, 'journey.asl.json'), JSON.stringify(compileJourney(document.journey)));
    writeFileSync(join(own, 'journey.json'), JSON.stringify(document));
  }
  for (const [name, text] of Object.entries(segments ?? {}))
    writeFileSync(join(folder('segments'), `${name}.yaml`), text);
  process.env['CDK_VALIDATION'] = 'false';
  const [outdir, dist] = [join(scratch, 'assembly'), join(scratch, 'dist')];
  const folders = {
    ...(journeys && { journeys: folder('journeys') }),
    ...(segments && { segments: folder('segments') }),
  };
  segueApp({ context: { stage: 'local' }, outdir, dist, ...folders }).synth();
  const ground = await startGround({
    assembly: outdir,
    data: undefined,
    clock: 'virtual',
    start: Date.parse(start),
    awsPort: 0,
    httpPort: 0,
    note: () => undefined,
  });
  return {
    ground,
    stop: async () => {
      await ground.stop();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
};
