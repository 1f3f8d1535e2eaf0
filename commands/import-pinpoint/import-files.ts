import { slug, uniquely } from './graph/names.ts';
import { importJourney, type ImportedJourney, type Output } from './import-journey.ts';
import { loopIn } from './journey/convert-journey.ts';
import type { NamedTemplate } from './messages-of.ts';
import { type Fault, readSaved, type ReadFile, type Saved, type SavedTemplate } from './read/read-saved.ts';
import type { Summary } from './report/summary-table.ts';
import { writeReport } from './report/write-report.ts';
import { segmentsById, type SegmentNamed } from './segment/segment-condition.ts';
import { writeSegment } from './segment/write-segment.ts';
import { writeMessage } from './template/convert-template.ts';
import { readDefaults } from './template/default-substitutions.ts';

export type SavedFile = { readonly name: string; readonly text: string };

export type Import = {
  readonly outputs: readonly Output[];
  readonly summaries: readonly Summary[];
  /** The journeys that cannot be published yet. */
  readonly drafts: readonly string[];
};

export type Settings = {
  readonly topics: { readonly marketing: string; readonly transactional: string };
  /** Epoch milliseconds. */
  readonly now: number;
};

/** Where templates go that no imported journey uses. */
const unusedFolder = 'pinpoint-templates';

const baseName = (file: string): string => (file.split(/[\\/]/).at(-1) ?? file).replace(/\.json$/i, '');

const only = <Kind extends Saved['kind']>(files: readonly ReadFile[], ...kinds: readonly Kind[]) =>
  files
    .flatMap(({ saved }) => saved)
    .filter((each): each is Extract<Saved, { kind: Kind }> => kinds.some((kind) => kind === each.kind));

const templatesIn = (files: readonly ReadFile[]): readonly NamedTemplate[] =>
  only(files, 'email', 'sms', 'push').map((saved) => ({
    saved,
    template: saved.document.TemplateName ?? baseName(saved.file),
  }));

const twice = <Item>(items: readonly Item[], keyOf: (item: Item) => string): readonly Item[] => {
  const keys = items.map(keyOf);
  return items.filter((item, i) => keys.indexOf(keyOf(item)) < i);
};

const journeyName = (name: string): string => slug(name) || 'pinpoint-journey';

/** What is wrong with files that can be read one by one, but make no journeys. */
const meaningFaults = (files: readonly ReadFile[]): readonly Fault[] => {
  const journeys = only(files, 'journey');
  const loops = journeys.flatMap((saved) => {
    const loop = loopIn(saved.document);
    const how = 'a journey goes forward only. Let the customer enter again (`reentry`), or write a `repeat`.';
    return loop === undefined
      ? []
      : [saved.fault(['Activities', loop[0] ?? ''], `These activities lead in a circle: ${loop.join(' → ')}; ${how}`)];
  });
  const named = twice(journeys, ({ document }) => journeyName(document.Name)).map((saved) =>
    saved.fault(
      ['Name'],
      `Two journeys would be called \`${journeyName(saved.document.Name)}\`; import them one by one, with --out.`,
    ),
  );
  const segments = twice(only(files, 'segment'), ({ document }) => document.Id ?? document.Name ?? '').map((saved) =>
    saved.fault(['Id'], 'This segment is among the files twice.'),
  );
  const templates = twice(templatesIn(files), ({ saved, template }) => `${saved.kind} ${template}`).map(
    ({ saved, template }) =>
      saved.fault(['TemplateName'], `The template \`${template}\` is among the files twice; import one version.`),
  );
  const defaults = templatesIn(files).flatMap(({ saved }) =>
    readDefaults(saved.document.DefaultSubstitutions) === undefined
      ? [saved.fault(['DefaultSubstitutions'], 'This should be a JSON object, written as text.')]
      : [],
  );
  return [...loops, ...named, ...segments, ...templates, ...defaults];
};

const namedSegments = (files: readonly ReadFile[]): readonly SegmentNamed[] => {
  const unique = uniquely();
  return only(files, 'segment').map((saved) => {
    const { Name, Id } = saved.document;
    return { saved, name: unique(slug(Name ?? '') || slug(`pinpoint-${Id ?? baseName(saved.file)}`, 25)) };
  });
};

type Made = { readonly outputs: readonly Output[]; readonly summaries: readonly Summary[] };

const segmentMade = (segment: SegmentNamed, all: ReturnType<typeof segmentsById>): Made => {
  const { text, ledger, incomplete } = writeSegment(segment, all);
  const { name } = segment;
  const open = incomplete === undefined ? [] : [incomplete];
  const summary = { kind: 'segment', name, rows: [...ledger.rows(), ...segment.saved.beside], incomplete: open };
  return {
    summaries: [summary],
    outputs: [
      { path: `segments/${name}${incomplete === undefined ? '' : '.draft'}.yaml`, text },
      { path: `segments/${name}.import-report.md`, text: writeReport(name, [summary]) },
    ],
  };
};

const unusedMade = (templates: readonly { readonly saved: SavedTemplate; readonly template: string }[]): Made => {
  if (templates.length === 0) return { outputs: [], summaries: [] };
  const written = templates.map(({ saved, template }) => writeMessage(saved, slug(template) || 'message'));
  const summaries = written.map(({ file, rows, incomplete }) => ({ kind: 'message', name: file, rows, incomplete }));
  return {
    summaries,
    outputs: [
      ...written.map(({ file, text }) => ({ path: `${unusedFolder}/messages/${file}`, text })),
      { path: `${unusedFolder}/import-report.md`, text: writeReport('Templates no imported journey uses', summaries) },
    ],
  };
};

/** Turns saved files of Pinpoint's into files of ours, or says everything that is wrong with them. */
export const importFiles = (
  files: readonly SavedFile[],
  { topics, now }: Settings,
): Import | { readonly faults: readonly Fault[] } => {
  const read = files.map(({ name, text }) => readSaved(name, text));
  const unreadable = read.flatMap(({ faults }) => faults);
  const faults = [...unreadable, ...meaningFaults(read)];
  if (faults.length > 0) return { faults };
  const templates = templatesIn(read);
  const named = namedSegments(read);
  const segments = segmentsById(named);
  const journeys: readonly ImportedJourney[] = only(read, 'journey').map((saved) =>
    importJourney({ saved, name: journeyName(saved.document.Name), templates, segments, topics, now }),
  );
  const used = new Set(journeys.flatMap((journey) => journey.templates));
  const made: readonly Made[] = [
    ...journeys,
    ...named.map((segment) => segmentMade(segment, segments)),
    unusedMade(templates.filter(({ template }) => !used.has(template))),
  ];
  return {
    outputs: made.flatMap(({ outputs }) => outputs),
    summaries: made.flatMap(({ summaries }) => summaries),
    drafts: journeys.filter(({ isDraft }) => isDraft).map(({ name }) => name),
  };
};
