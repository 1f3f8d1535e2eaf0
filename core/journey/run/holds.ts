import { compileExpression, type Value } from '#core/expression';
import type { ProfileView } from '#core/profile';
import { isObject, own, type Json, type JsonObject, type Signal } from '#core/signal';
import type { Enrolment } from './enrolment.ts';

/** What a condition may read, where there is such a thing. */
export type Bindings = {
  readonly profile: ProfileView;
  readonly entry?: Enrolment['entry'];
  /** How often each event came since entry. */
  readonly seen?: { readonly [event: string]: number };
  readonly event?: {
    readonly name: string;
    readonly messageId: string;
    readonly timestamp: string;
    readonly properties: JsonObject;
  };
  readonly steps?: Enrolment['steps'];
};

export const eventBinding = (signal: Signal): NonNullable<Bindings['event']> => ({
  name: signal.event,
  messageId: signal.messageId,
  timestamp: signal.timestamp,
  properties: signal.properties,
});

/** What is noted of a step that asks, and of the wait for its answer, which is a state of its own. */
const answerOf = /^(.+)-(?:answer|ended)$/;
const told = ['outcome', 'event', 'response'];

/** The answer to a task or a journey that was begun is read at the step that asked: `steps.call.outcome`. */
export const withAnswers = (steps: Enrolment['steps']): Enrolment['steps'] => {
  const answers = Object.entries(steps).flatMap(([id, answer]) => {
    const asked = answerOf.exec(id)?.[1];
    const before = asked === undefined ? undefined : own(steps, asked);
    if (asked === undefined || !isObject(before)) return [];
    const said = Object.entries(answer).filter(([field]) => told.includes(field));
    return [[asked, { ...before, ...Object.fromEntries(said) }] as const];
  });
  return answers.length === 0 ? steps : { ...steps, ...Object.fromEntries(answers) };
};

/** What conditions read of a run, and of the customer as they are now. */
export const runBindings = (
  run: Pick<Enrolment, 'entry' | 'seenBefore' | 'steps'>,
  profile: ProfileView,
): Bindings & { readonly steps: Enrolment['steps'] } => ({
  profile,
  entry: run.entry,
  steps: withAnswers(run.steps),
  seen: Object.fromEntries(
    Object.entries(run.seenBefore).map(([event, before]) => [event, (profile.seen[event]?.count ?? 0) - before]),
  ),
});

const compiled = new Map<string, ReturnType<typeof compileExpression>>();

/** The value of an expression; undefined where it has none, does not fit the data, or does not compile (the checker refuses that). */
export const valueOf = (source: string, bindings: Bindings): Value => {
  const expression = compiled.get(source) ?? compileExpression(source);
  compiled.set(source, expression);
  if (!expression.ok) return undefined;
  const result = expression.evaluate(bindings);
  return 'value' in result ? result.value : undefined;
};

/** A condition holds when it is true. A type mismatch is no match: it never stops a customer. */
export const holds = (source: string, bindings: Bindings): boolean => valueOf(source, bindings) === true;

/** The value of an expression as JSON; null where it has none. */
export const jsonOf = (source: string, bindings: Bindings): Json => {
  const value = valueOf(source, bindings);
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
};
