import type { Json, JsonObject } from '../../world.ts';
import { invalid, notHere, place, type Diagnostic } from './diagnostic.ts';
import { isList, isObject } from '../json.ts';

/**
 * What depends on the query language, looked at before anything else. JSONPath itself does not run here; a JSONPath
 * state that uses none of its fields means the same in both languages and is kept, its values taken literally.
 */
const JSONPATH_ONLY = [
  'InputPath',
  'OutputPath',
  'ResultPath',
  'ResultSelector',
  'Parameters',
  'Result',
  'ItemsPath',
  'SecondsPath',
  'TimestampPath',
  'TimeoutSecondsPath',
  'HeartbeatSecondsPath',
  'ErrorPath',
  'CausePath',
  'MaxConcurrencyPath',
  'ToleratedFailureCountPath',
  'ToleratedFailurePercentagePath',
  'Iterator',
];
const JSONATA_ONLY = ['Arguments', 'Output', 'Items'];
/** What AWS runs in either language and this ground does not. */
const NOT_HERE: Readonly<Record<string, string>> = {
  ResultWriter: 'writing the results of a distributed Map',
};

interface Found {
  readonly refused: Diagnostic[];
  readonly notHere: Diagnostic[];
}

/** AWS's own refusals first; else what does not run here. Empty when the definition may be read further. */
export function languageDiagnostics(definition: JsonObject): readonly Diagnostic[] {
  const found: Found = { refused: [], notHere: [] };
  visitProgram(definition, { at: '/', language: languageOf(definition, 'JSONPath'), found });
  return found.refused.length > 0 ? found.refused : found.notHere;
}

export function languageOf(value: JsonObject, outer: string): string {
  return typeof value['QueryLanguage'] === 'string' ? value['QueryLanguage'] : outer;
}

interface Visit {
  readonly at: string;
  readonly language: string;
  readonly found: Found;
}

function visitProgram(program: Json, visit: Visit): void {
  if (!isObject(program)) return;
  for (const [name, state] of entries(program['States'])) {
    visitState(state, { ...visit, at: place(visit.at, ['States', name]) });
  }
}

function visitState(state: JsonObject, visit: Visit): void {
  const language = languageOf(state, visit.language);
  if (visit.language === 'JSONata' && language === 'JSONPath') {
    const told = "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine";
    visit.found.refused.push(invalid(told, visit.at));
  }
  for (const [field, what] of Object.entries(NOT_HERE)) {
    if (field in state)
      visit.found.notHere.push(notHere(`${what} does not run here: '${field}'`, place(visit.at, [field])));
  }
  fieldsOfLanguage(state, language, visit);
  const inner = { ...visit, language };
  const branches = state['Branches'];
  if (isList(branches))
    branches.forEach((branch, n) => visitProgram(branch, { ...inner, at: place(visit.at, ['Branches', n]) }));
  visitProgram(state['ItemProcessor'] ?? null, { ...inner, at: place(visit.at, ['ItemProcessor']) });
}

function fieldsOfLanguage(state: JsonObject, language: string, visit: Visit): void {
  const jsonPath = JSONPATH_ONLY.filter((field) => field in state);
  if (language === 'JSONata') {
    for (const field of jsonPath) {
      visit.found.refused.push(
        invalid(`Field '${field}' is not supported in a JSONata state`, place(visit.at, [field])),
      );
    }
    return;
  }
  for (const field of JSONATA_ONLY.filter((name) => name in state)) {
    visit.found.refused.push(
      invalid(`Field '${field}' is not supported in a JSONPath state`, place(visit.at, [field])),
    );
  }
  const uses = [...jsonPath, ...pathsInside(state)];
  for (const field of uses)
    visit.found.notHere.push(notHere(`JSONPath does not run here: '${field}'`, place(visit.at, [field])));
}

/** JSONPath that hides in fields both languages have: choice rules, `"name.$"` keys, the `ResultPath` of a catcher. */
function pathsInside(state: JsonObject): readonly string[] {
  if (state['Type'] === 'Choice') return ['Choices'];
  const assigned = isObject(state['Assign']) ? Object.keys(state['Assign']) : [];
  const catchers = state['Catch'];
  const caught =
    isList(catchers) && catchers.some((each) => isObject(each) && ('ResultPath' in each || 'Assign' in each));
  const inside = ['ItemSelector', 'ItemReader', 'ItemBatcher', 'Credentials'].filter((field) =>
    /\.\$":|"(?:Parameters|Max\w+Path)":/.test(JSON.stringify(state[field] ?? null)),
  );
  return [...inside, ...(assigned.some((key) => key.endsWith('.$')) ? ['Assign'] : []), ...(caught ? ['Catch'] : [])];
}

function entries(states: Json | undefined): readonly (readonly [string, JsonObject])[] {
  if (states === undefined || !isObject(states)) return [];
  return Object.entries(states).flatMap(([name, state]) => (isObject(state) ? [[name, state] as const] : []));
}
