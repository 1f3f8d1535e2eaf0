import type { Machine } from './compile-journey.ts';
import type { State } from './states.ts';

const longestName = 80;
/** @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const mostBytes = 1_048_576;

type Edge = { readonly from: string; readonly to: string; readonly assigns: readonly string[] };

const isObject = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const objectsIn = (value: unknown): readonly { readonly [name: string]: unknown }[] =>
  Array.isArray(value) ? value.filter(isObject) : [];

const namesIn = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];

const assigned = ({ Assign }: State): readonly string[] => (isObject(Assign) ? Object.keys(Assign) : []);

/** Where a state leads, and which variables it sets on each way. */
const edgesFrom = (from: string, state: State): readonly Edge[] => {
  const ways = [state, ...objectsIn(state['Catch']), ...objectsIn(state['Choices']), { Next: state['Default'] }];
  return ways.flatMap((way) => {
    const { Next } = way;
    return typeof Next === 'string' ? [{ from, to: Next, assigns: assigned(way) }] : [];
  });
};

/** Every text in a value but those that are evaluated elsewhere: what a catcher sets. */
const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isObject(value) ? Object.values(value).flatMap(textsIn) : [];
};

/** Variables an expression reads: `$name`, but for functions and what the language itself calls `$states`. */
const read = (state: State): ReadonlySet<string> => {
  const expressions = textsIn(state).filter((text) => text.startsWith('{%'));
  const names = expressions.flatMap((text) =>
    [...text.matchAll(/\$([A-Za-z_]\w*)(?!\w*\s*\()/g)].map(([, name = '']) => name),
  );
  return new Set(names.filter((name) => name !== 'states'));
};

/** The variables that are set in a state, whichever way led there. */
const knownIn = ({ StartAt, States }: Machine, edges: readonly Edge[]): ReadonlyMap<string, ReadonlySet<string>> => {
  const everything = new Set(edges.flatMap(({ assigns }) => assigns));
  const known = new Map(Object.keys(States).map((name) => [name, name === StartAt ? new Set<string>() : everything]));
  for (let isChanged = true; isChanged;) {
    isChanged = false;
    for (const { from, to, assigns } of edges) {
      const here = new Set([...(known.get(from) ?? []), ...assigns]);
      const before = known.get(to) ?? new Set();
      const after = new Set([...before].filter((name) => here.has(name)));
      if (after.size === before.size) continue;
      known.set(to, after);
      isChanged = true;
    }
  }
  return known;
};

const pathFields = ['InputPath', 'OutputPath', 'ResultPath', 'Parameters', 'ResultSelector', 'ItemsPath'];

const errorProblems = (name: string, handlers: readonly State[]): readonly string[] =>
  handlers.flatMap(({ ErrorEquals }, i) => {
    const errors = namesIn(ErrorEquals);
    if (!errors.includes('States.ALL')) return [];
    return [
      ...(errors.length > 1 ? [`${name}: States.ALL stands beside other errors.`] : []),
      ...(i < handlers.length - 1 ? [`${name}: States.ALL is not the last.`] : []),
    ];
  });

const timeProblems = (name: string, { HeartbeatSeconds, TimeoutSeconds }: State): readonly string[] => {
  const areKnown = typeof HeartbeatSeconds === 'number' && typeof TimeoutSeconds === 'number';
  return areKnown && HeartbeatSeconds >= TimeoutSeconds
    ? [`${name}: the heartbeat is not shorter than the time-out.`]
    : [];
};

const languageProblems = (name: string, state: State): readonly string[] => {
  const paths = pathFields.filter((field) => Object.hasOwn(state, field));
  const isOther = state['QueryLanguage'] !== undefined && state['QueryLanguage'] !== 'JSONata';
  return [
    ...(isOther ? [`${name}: it speaks another language than the machine.`] : []),
    ...paths.map((field) => `${name}: ${field} is of JSONPath.`),
  ];
};

/**
 * What is wrong with a machine that the validators of Amazon States Language let pass: a variable that is read where it may
 * not be set, or is called `states`; `States.ALL` beside other errors or before them; a heartbeat not shorter than its
 * time-out; JSONPath within JSONata; names and definitions that are too long; a `Goto` that leads elsewhere than it says.
 */
export const machineProblems = (machine: Machine): readonly string[] => {
  const states = Object.entries(machine.States);
  const edges = states.flatMap(([name, state]) => edgesFrom(name, state));
  const known = knownIn(machine, edges);
  const ofStates = states.flatMap(([name, state]) => {
    const unset = [...read(state)].filter((variable) => known.get(name)?.has(variable) !== true);
    const strayed = objectsIn(state['Catch']).filter(({ ErrorEquals, Next }) =>
      namesIn(ErrorEquals).some((error) => error.startsWith('Goto.') && error !== `Goto.${String(Next)}`),
    );
    return [
      ...unset.map((variable) => `${name}: $${variable} may not be set.`),
      ...errorProblems(name, objectsIn(state['Catch'])),
      ...errorProblems(name, objectsIn(state['Retry'])),
      ...timeProblems(name, state),
      ...languageProblems(name, state),
      ...strayed.map(({ Next }) => `${name}: a Goto leads to ${String(Next)}.`),
      ...(name.length > longestName ? [`${name}: the name is over ${longestName} characters.`] : []),
    ];
  });
  const text = JSON.stringify(machine);
  return [
    ...ofStates,
    ...edges
      .filter(({ assigns }) => assigns.includes('states'))
      .map(({ from }) => `${from}: no variable may be called states.`),
    ...edges
      .filter(({ to }) => !Object.hasOwn(machine.States, to))
      .map(({ from, to }) => `${from}: there is no state ${to}.`),
    ...(new TextEncoder().encode(text).length > mostBytes ? ['The definition is over 1 MB.'] : []),
  ];
};
