import { place, type Diagnostic } from './diagnostic.ts';
import type { Program, State } from './program.ts';

/**
 * Transitions to states that are not there, states nothing leads to, and programs that cannot end. AWS refuses the
 * first two with one code.
 */
export function flowDiagnostics(program: Program, at: string): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const refuse = (message: string, location: string): void => {
    found.push({ severity: 'ERROR', code: 'MISSING_TRANSITION_TARGET', message, location });
  };
  if (!program.states.has(program.startAt)) refuse(`Missing 'Next' target: ${program.startAt}`, place(at, ['StartAt']));
  for (const state of program.states.values()) {
    for (const [target, where] of transitions(state)) {
      if (!program.states.has(target))
        refuse(`Missing 'Next' target: ${target}`, place(at, ['States', state.name, where]));
    }
    found.push(...inside(state, at));
  }
  if (found.length > 0) return found;
  const reached = reachable(program);
  for (const name of program.states.keys()) {
    if (!reached.has(name)) refuse(`State "${name}" is not reachable.`, place(at, ['States', name]));
  }
  if (![...program.states.values()].some(mayEnd)) {
    found.push({ severity: 'ERROR', code: 'NO_TERMINAL_STATE', message: 'No terminal state found', location: at });
  }
  return found;
}

/** Where a state may lead, with the field that says so. */
function transitions(state: State): readonly (readonly [target: string, field: string])[] {
  if (state.type === 'Fail') return [];
  if (state.type === 'Choice') {
    const rules = state.rules.map((rule) => [rule.next, 'Choices'] as const);
    return state.otherwise === undefined ? rules : [...rules, [state.otherwise, 'Default'] as const];
  }
  const caught = 'catch' in state ? state.catch.map((catcher) => [catcher.next, 'Catch'] as const) : [];
  return state.next === undefined ? caught : [[state.next, 'Next'] as const, ...caught];
}

function inside(state: State, at: string): readonly Diagnostic[] {
  if (state.type === 'Map') return flowDiagnostics(state.body, place(at, ['States', state.name, 'ItemProcessor']));
  if (state.type !== 'Parallel') return [];
  return state.branches.flatMap((branch, n) =>
    flowDiagnostics(branch, place(at, ['States', state.name, 'Branches', n])),
  );
}

function reachable(program: Program): ReadonlySet<string> {
  const reached = new Set([program.startAt]);
  for (const name of reached) {
    const state = program.states.get(name);
    for (const [target] of state === undefined ? [] : transitions(state)) reached.add(target);
  }
  return reached;
}

function mayEnd(state: State): boolean {
  return state.type === 'Fail' || (state.type !== 'Choice' && state.next === undefined);
}
