import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';

/** A compiled journey as it is committed: the machine, and the document its runs follow. */
export type JourneyFiles = {
  readonly name: string;
  /** Amazon States Language, with `${RunStep}` and `${StateTable}` to be filled in. */
  readonly definition: string;
  /** JSON. */
  readonly document: string;
  /** Whether it is published unless the stage says otherwise. */
  readonly live: boolean;
  /** For each send: the channels of which at least one must be configured. */
  readonly needs: readonly (readonly string[])[];
  /** The times at which everybody in a segment enters. */
  readonly schedules: readonly z.infer<typeof Schedule>[];
};

const Schedule = z.object({ schedule: z.string(), zone: z.string().default('UTC'), segment: z.string() });

/** The little of `journey.json` that the stack must understand. */
const Compiled = z.object({
  journey: z.object({ name: z.string(), live: z.boolean().default(true), triggers: z.array(z.unknown()).default([]) }),
  needs: z.array(z.array(z.string()).min(1)),
});

/** Leaves room in an item of 400 KB, and in a template of 1 MB for several journeys. */
const maxDocumentBytes = 200_000;

/** Every journey under `folder` that has been compiled, by name. Throws an error that names the file and what to do. */
export const readJourneys = (folder: string): readonly JourneyFiles[] =>
  globSync('*/journey.asl.json', { cwd: folder })
    .sort()
    .map((machine) => readJourney(join(folder, dirname(machine))));

/** What was compiled into a file, as JSON that fits into a template. @param beside what it was compiled from or with */
export const readDocument = (file: string, beside: string): string => {
  if (!existsSync(file)) throw new Error(`${file} is missing beside ${beside}: npm run compile writes it`);
  const document = ascii(JSON.stringify(JSON.parse(readFileSync(file, 'utf8'))));
  if (Buffer.byteLength(document) > maxDocumentBytes) {
    throw new Error(`${file} is over ${maxDocumentBytes / 1000} KB: shorten its messages or link to their pictures`);
  }
  return document;
};

const readJourney = (folder: string): JourneyFiles => {
  const file = join(folder, 'journey.json');
  const document = readDocument(file, 'journey.asl.json');
  const { journey, needs } = Compiled.parse(JSON.parse(document));
  if (journey.name !== basename(folder)) {
    throw new Error(`${file} is called ${journey.name}: rename the folder, or the journey in journey.yaml`);
  }
  const definition = ascii(readFileSync(join(folder, 'journey.asl.json'), 'utf8'));
  const schedules = journey.triggers.flatMap((trigger) => Schedule.safeParse(trigger).data ?? []);
  return { name: journey.name, definition, document, live: journey.live, needs, schedules };
};

/**
 * The journeys a stage publishes: those it names, `all`, or those that say of themselves that they are live.
 * @throws naming what there is when it names one that is not there
 */
export const published = (journeys: readonly JourneyFiles[], named: readonly string[]): readonly JourneyFiles[] => {
  if (named.length === 0) return journeys.filter(({ live }) => live);
  if (named.includes('all')) return journeys;
  const names = journeys.map(({ name }) => name);
  const unknown = named.filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new Error(`journeys: there is no ${unknown.join(', ')}; write \`all\`, or some of ${names.join(', ')}`);
  return journeys.filter(({ name }) => named.includes(name));
};

/** The same JSON in ASCII: CloudFormation has turned other letters into question marks on their way. */
const ascii = (json: string): string =>
  json.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
