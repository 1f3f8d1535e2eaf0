import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { closestWord } from '#core/expression';
import { allSteps, type JourneyDocument, PublishedDocument } from '#core/journey';
import { parse } from 'yaml';
import { compileFolder } from '../../../state-machines/compile-folder.ts';
import { requestedByApi } from '../behaviour/default-behaviour.ts';
import { Misread } from './misread.ts';

const stateMachines = path.join(import.meta.dirname, '../../../state-machines');

const isJourneyFolder = (folder: string): boolean => existsSync(path.join(folder, 'journey.yaml'));

const journeyNames = (): readonly string[] =>
  readdirSync(stateMachines).filter((name) => isJourneyFolder(path.join(stateMachines, name)));

/** The folder of a journey: by its name, or any folder with a `journey.yaml`. */
const folderOf = (named: string): string => {
  const own = path.join(stateMachines, named);
  if (isJourneyFolder(own)) return own;
  const given = path.resolve(named);
  if (existsSync(given) && statSync(given).isDirectory() && isJourneyFolder(given)) return given;
  const names = journeyNames();
  const close = closestWord(named, names);
  const instead = close === undefined ? `There are: ${names.join(', ')}.` : `Did you mean \`${close}\`?`;
  throw new Misread(`npm run simulate -- ${named}`, `There is no journey \`${named}\`. ${instead}`);
};

/** As it is written now: compiled, so that what cannot be published is not simulated either. */
const published = async (folder: string): Promise<PublishedDocument> => {
  const topics = parse(readFileSync(path.join(stateMachines, 'topics.yaml'), 'utf8'));
  const compiled = await compileFolder(folder, topics);
  if ('faults' in compiled) {
    const [first] = compiled.faults;
    const place =
      first === undefined ? folder : `${path.relative(process.cwd(), first.file)}:${first.line}:${first.column}`;
    throw new Misread(place, first?.message ?? 'This journey cannot be compiled.');
  }
  const json = compiled.files.find(({ file }) => file.endsWith('journey.json'));
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
  return { folder, published: [withSignals(first), ...others] };
};
