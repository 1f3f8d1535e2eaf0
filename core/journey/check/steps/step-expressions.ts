import { type Expressed, expressionFindings, type Use } from '../conditions/condition-findings.ts';
import { any, type Names } from '../conditions/names.ts';
import { readableAt } from '../conditions/readable.ts';
import { entryProperties, propertiesOfAny } from '../around/carried.ts';
import { propertyFindings } from '../around/property-findings.ts';
import { entriesAt, fieldOf, type Finding, listAt, namesAt, type Path, textAt, type Written } from '../problem.ts';

type Standing = Expressed & { readonly use: Use; readonly events: readonly string[] };

const valuesIn = (values: unknown, key: string, path: Path): readonly Pick<Standing, 'source' | 'path'>[] =>
  entriesAt(values, key).map(([name, value]) => ({
    source: textAt(value, 'from'),
    path: [...path, key, name, 'from'],
  }));

/** Where values are computed, by the kind of the step and the field in it. */
const computed = (step: Written, path: Path): readonly Pick<Standing, 'source' | 'path'>[] => [
  ...valuesIn(step, 'update', path),
  ...valuesIn(step['emit'], 'properties', [...path, 'emit']),
  ...valuesIn(step['task'], 'shows', [...path, 'task']),
  { source: textAt(fieldOf(step['task'], 'to'), 'from'), path: [...path, 'task', 'to', 'from'] },
  ...valuesIn(step['webhook'], 'body', [...path, 'webhook']),
  ...valuesIn(step['start'], 'properties', [...path, 'start']),
];

const expressionsOf = (step: Written, path: Path, steps: Names): readonly Standing[] => {
  const run = { readable: readableAt.run(steps), events: [] };
  const condition = (source: string | undefined, ...at: Path): Standing => ({
    ...run,
    use: 'condition',
    source,
    path: [...path, ...at],
  });
  return [
    ...['branch', 'decide'].flatMap((kind) =>
      listAt(step, kind).map((choice, n) => condition(textAt(choice, 'when'), kind, n, 'when')),
    ),
    condition(textAt(step['repeat'], 'until'), 'repeat', 'until'),
    ...entriesAt(step, 'waitFor').flatMap(([winner, awaited]) => [
      condition(textAt(awaited, 'when'), 'waitFor', winner, 'when'),
      {
        ...condition(textAt(awaited, 'where'), 'waitFor', winner, 'where'),
        readable: readableAt.event(steps),
        events: namesAt(awaited, 'on'),
      },
    ]),
    ...computed(step, path).map((value): Standing => ({ ...run, ...value, use: 'value' })),
  ];
};

/** The property a date of the entry is in. */
const dateFindings = (step: Written, path: Path, journey: unknown): readonly Finding[] => {
  const [, date] = /^until (entry\.properties\.\w+)/.exec(textAt(step, 'wait') ?? '') ?? [];
  const wait: Expressed = { source: date, path: [...path, 'wait'], readable: readableAt.goal() };
  return date === undefined ? [] : propertyFindings(wait, { entry: entryProperties(journey) });
};

/** The expressions of a step itself. @param notes what may be read of steps before it; asked for only if anything is read. */
export const stepExpressionFindings = (
  step: Written,
  path: Path,
  journey: unknown,
  notes: () => Names,
): readonly Finding[] => {
  const isReading = expressionsOf(step, path, any).some(({ source }) => source !== undefined);
  const entry = entryProperties(journey);
  return [
    ...(isReading ? expressionsOf(step, path, notes()) : []).flatMap((each) => [
      ...expressionFindings(each, each.use),
      ...propertyFindings(each, { entry, event: propertiesOfAny(each.events) }),
    ]),
    ...dateFindings(step, path, journey),
  ];
};
