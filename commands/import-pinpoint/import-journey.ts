import { stepIds } from './activities/step-ids.ts';
import { typeOf, type Surroundings } from './activities/surroundings.ts';
import { asChecked } from './draft/as-checked.ts';
import { incompletePlaces } from '../../state-machines/drafts/incomplete-places.ts';
import { writeYaml } from './draft/write-yaml.ts';
import { slug } from './graph/names.ts';
import { convertJourney, leadingTo } from './journey/convert-journey.ts';
import { messagesOf, type NamedTemplate } from './messages-of.ts';
import type { Journey } from './read/journey-shape.ts';
import type { SavedJourney } from './read/read-saved.ts';
import { ledgerOf } from './report/ledger.ts';
import type { Summary } from './report/summary-table.ts';
import { writeReport } from './report/write-report.ts';
import type { segmentsById } from './segment/segment-condition.ts';

/** A file that an import writes, below the folder it writes to. */
export type Output = { readonly path: string; readonly text: string };

export type ImportedJourney = {
  readonly name: string;
  readonly isDraft: boolean;
  readonly outputs: readonly Output[];
  readonly summaries: readonly Summary[];
  readonly templates: readonly string[];
};

export type Importing = {
  readonly saved: SavedJourney;
  readonly name: string;
  readonly templates: readonly NamedTemplate[];
  readonly segments: ReturnType<typeof segmentsById>;
  readonly topics: Surroundings['topics'];
  readonly now: number;
};

const commentsOf = (journey: Journey, stepOf: (id: string) => string): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(journey.Activities ?? {}).map(([id, activity]) => {
      const description = activity.Description === undefined ? '' : `: ${activity.Description}`;
      return [stepOf(id), `${typeOf(activity) ?? 'activity'} ${id}${description}`] as const;
    }),
  );

/** The name of a segment that was not imported: the first of its id says enough. */
const unknownSegment = (id: string): string => slug(`pinpoint-${id}`, 25);

/** One journey with its messages and its report. */
export const importJourney = ({ saved, name, templates, segments, topics, now }: Importing): ImportedJourney => {
  const { document: journey, raw } = saved;
  const ledger = ledgerOf(raw);
  const ids = stepIds(journey);
  const messages = messagesOf(templates);
  const around: Surroundings = {
    journey,
    name,
    now,
    topics,
    ledger,
    stepOf: ids,
    leadsTo: leadingTo(journey),
    furtherId: ids.further,
    message: messages.message,
    version: messages.version,
    segment: (id) => segments.condition(id),
  };
  const converted = convertJourney(around, (id) => segments.nameOf(id) ?? unknownSegment(id));
  const written = messages.written();
  const document = asChecked(converted, { topics, files: written.map(({ file }) => file) });
  const incomplete = incompletePlaces(document).map(({ message }) => message);
  const isDraft = incomplete.length > 0;
  const summaries: readonly Summary[] = [
    { kind: 'journey', name, rows: [...ledger.rows(), ...saved.beside], incomplete },
    ...written.map((each) => ({ kind: 'message', name: each.file, rows: each.rows, incomplete: each.incomplete })),
  ];
  return {
    name,
    isDraft,
    summaries,
    templates: written.map(({ template }) => template),
    outputs: [
      {
        path: `${name}/journey${isDraft ? '.draft' : ''}.yaml`,
        text: writeYaml(document, commentsOf(journey, ids), isDraft),
      },
      ...written.map(({ file, text }) => ({ path: `${name}/messages/${file}`, text })),
      { path: `${name}/import-report.md`, text: writeReport(name, summaries) },
    ],
  };
};
