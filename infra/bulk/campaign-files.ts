import { globSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { readDocument } from '../journey/journey-files.ts';

/** A compiled campaign as it is committed. */
export type CampaignFile = {
  readonly name: string;
  /** JSON. */
  readonly document: string;
};

const Compiled = z.object({ journey: z.object({ name: z.string() }) });

/**
 * Every campaign under `folder` that has been compiled, by name.
 * @param journeys names that are taken: both are told apart by their names in all that is said of messages
 * @throws an error that names the file and what to do
 */
export const readCampaigns = (folder: string, journeys: readonly string[]): readonly CampaignFile[] =>
  globSync('*/campaign.yaml', { cwd: folder })
    .sort()
    .map((written) => readCampaign(join(folder, dirname(written)), journeys));

const readCampaign = (folder: string, journeys: readonly string[]): CampaignFile => {
  const file = join(folder, 'campaign.json');
  const document = readDocument(file, 'campaign.yaml');
  const { name } = Compiled.parse(JSON.parse(document)).journey;
  if (name !== basename(folder))
    throw new Error(`${file} is called ${name}: rename the folder, or the campaign in campaign.yaml`);
  if (journeys.includes(name)) throw new Error(`${file} is called ${name}, as a journey is: give it another name`);
  return { name, document };
};
