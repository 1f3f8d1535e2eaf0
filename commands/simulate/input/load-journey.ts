import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { closestWord } from '#core/expression';
import { allSteps, type JourneyDocument, PublishedDocument } from '#core/journey';
import { parse } from 'yaml';
import { compileCampaign, compileFolder } from '../../../state-machines/compile-folder.ts';
import { requestedByApi } from '../behaviour/default-behaviour.ts';
import { Misread } from './misread.ts';

const stateMachines = path.join(import.meta.dirname, '../../../state-machines');
const campaigns = path.join(import.meta.dirname, '../../../campaigns');

const isCampaign = (folder: string): boolean => existsSync(path.join(folder, 'campaign.yaml'));
const isWritten = (folder: string): boolean => existsSync(path.join(folder, 'journey.yaml')) || isCampaign(folder);

const namesIn = (folder: string): readonly string[] =>
  existsSync(folder) ? readdirSync(folder).filter((name) => isWritten(path.join(folder, name))) : [];

/** The folder of a journey or a campaign: by its name, or any folder with a `journey.yaml` or a `campaign.yaml`. */
const folderOf = (named: string): string => {
  const own = [stateMachines, campaigns].map((folder) => path.join(folder, named)).find(isWritten);
  if (own !== undefined) return own;
  const given = path.resolve(named);
  if (existsSync(given) && statSync(given).isDirectory() && isWritten(given)) return given;
  const names = [...namesIn(stateMachines), ...namesIn(campaigns)];
  const close = closestWord(named, names);
  const instead = close === undefined ? `There are: ${names.join(', ')}.` : `Did you mean \`${close}\`?`;
  throw new Misread(`npm run simulate -- ${named}`, `There is no journey \`${named}\`. ${instead}`);
};

/** As it is written now: compiled, so that what cannot be published is not simulated either. */
const published = async (folder: string): Promise<PublishedDocument> => {
  const topics = parse(readFileSync(path.join(stateMachines, 'topics.yaml'), 'utf8'));
  const compiled = isCampaign(folder)
    ? await compileCampaign(folder, stateMachines, topics)
    : await compileFolder(folder, topics);
  if ('faults' in compiled) {
    const [first] = compiled.faults;
    const place =
      first === undefined ? folder : `${path.relative(process.cwd(), first.file)}:${first.line}:${first.column}`;
    throw new Misread(place, first?.message ?? 'This journey cannot be compiled.');
  }
  const json = compiled.files.find(({ file }) => /(journey|campaign)\.json$/.test(file));
  return PublishedDocument.parse(JSON.parse(json?.text ?? '{}'));
};

/** A request to the API is no signal: here it is made one. */
const withSignals = (document: PublishedDocument): PublishedDocument => ({
  ...document,
  journey: {
    ...document.journey,
    triggers: document.journey.triggers.map((trigger) =>
      'api' in trigger ? { signal: requestedByApi, key: trigger.key } : trigger,
    ),
  },
});

const startedBy = ({ steps }: JourneyDocument): readonly string[] =>
  allSteps(steps).flatMap((step) => ('start' in step ? [step.start.journey] : []));

export type Loaded = {
  readonly folder: string;
  /** The journey itself, then those it starts, and those they start. */
  readonly published: readonly [PublishedDocument, ...PublishedDocument[]];
  /** Of a campaign, the event with which it comes to everybody. */
  readonly begins?: string;
};

export const loadJourney = async (named: string): Promise<Loaded> => {
  const folder = folderOf(named);
  const first = await published(folder);
  const others: PublishedDocument[] = [];
  const isKnown = (name: string): boolean => [first, ...others].some(({ journey }) => journey.name === name);
  const follow = async ({ journey }: PublishedDocument): Promise<void> => {
    for (const name of startedBy(journey)) {
      if (isKnown(name)) continue;
      const other = withSignals(await published(folderOf(name)));
      others.push(other);
      await follow(other);
    }
  };
  await follow(first);
  const begins = isCampaign(folder) ? { begins: requestedByApi } : {};
  return { folder, published: [withSignals(first), ...others], ...begins };
};
