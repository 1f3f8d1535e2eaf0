import type { Combined, Segment } from '../read/condition-shapes.ts';
import type { SavedSegment } from '../read/read-saved.ts';
import { type Ledger, ledgerOf, type Path } from '../report/ledger.ts';
import { combined, type Condition, everybody, negated, quoted } from './condition.ts';
import { dimensionsHold } from './dimensions.ts';

const all = (conditions: readonly Condition[], how: Combined = 'ALL'): Condition => {
  if (conditions.length === 0) return everybody;
  if (how === 'ALL') return combined(conditions, 'and');
  const any = combined(conditions, 'or');
  return how === 'ANY' ? any : negated(any);
};

type Reading = {
  readonly ledger: Ledger;
  /** The condition of another segment. */
  readonly segment: (id: string) => Condition;
};

type Group = NonNullable<NonNullable<Segment['SegmentGroups']>['Groups']>[number];

const groupHolds = (group: Group, path: Path, { ledger, segment }: Reading): Condition => {
  const dimensions = (group.Dimensions ?? []).map((each, i) =>
    all(dimensionsHold(each, { ledger, path: [...path, 'Dimensions', i] })),
  );
  const sources = (group.SourceSegments ?? []).map(({ Id }, i) => {
    const at = [...path, 'SourceSegments', i];
    const source = segment(Id);
    if ('incomplete' in source) ledger.note([...at, 'Id'], 'not supported', source.incomplete);
    else ledger.note([...at, 'Id'], 'exact', 'its condition is written out');
    ledger.note([...at, 'Version'], 'changed', 'the version that was imported with it');
    return source;
  });
  ledger.note([...path, 'Type'], 'exact', 'how the dimensions are combined');
  ledger.note([...path, 'SourceType'], 'exact', 'how the segments are combined');
  return all([all(sources, group.SourceType), all(dimensions, group.Type)]);
};

const imported = ({ Name, Id }: Segment, name: string, ledger: Ledger): Condition => {
  const how = `a list of people: identify each with the trait \`segments\` holding ${quoted(name)}`;
  ledger.note(['SegmentType'], 'changed', how);
  ledger.note(['ImportDefinition'], 'not supported', `where the list of ${Name ?? Id ?? name} came from; ${how}`);
  return { when: `${quoted(name)} in profile.traits.segments` };
};

/** Who is in a segment. @param name what it is called here */
export const segmentCondition = ({ document }: SavedSegment, name: string, reading: Reading): Condition => {
  const { ledger } = reading;
  if (document.SegmentType === 'IMPORT') return imported(document, name, ledger);
  ledger.note(['SegmentType'], 'exact', 'a condition');
  ledger.note(['SegmentGroups', 'Include'], 'exact', 'how the groups are combined');
  const dimensions = dimensionsHold(document.Dimensions ?? {}, { ledger, path: ['Dimensions'] });
  const groups = (document.SegmentGroups?.Groups ?? []).map((group, i) =>
    groupHolds(group, ['SegmentGroups', 'Groups', i], reading),
  );
  return all([all(dimensions), all(groups, document.SegmentGroups?.Include)]);
};

export type SegmentNamed = { readonly saved: SavedSegment; readonly name: string };

/** The conditions of all segments that were imported together, by Pinpoint's id; each may build on others. */
export const segmentsById = (segments: readonly SegmentNamed[]) => {
  const find = (id: string): SegmentNamed | undefined => segments.find(({ saved }) => saved.document.Id === id);
  const condition = (id: string, way: readonly string[]): Condition => {
    if (way.includes(id)) return { incomplete: `Segment ${id} is made of itself.` };
    const found = find(id);
    if (found === undefined) return { incomplete: `Segment ${id} is not among the imported files: import it as well.` };
    const segment = (source: string): Condition => condition(source, [...way, id]);
    const written = segmentCondition(found.saved, found.name, { ledger: ledgerOf(found.saved.raw), segment });
    return 'incomplete' in written ? { incomplete: `Segment ${found.name}: ${written.incomplete}` } : written;
  };
  return {
    nameOf: (id: string): string | undefined => find(id)?.name,
    condition: (id: string, way: readonly string[] = []): Condition => condition(id, way),
  };
};
