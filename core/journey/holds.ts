import { compileExpression, type Value } from '#core/expression';
import type { ProfileView } from '#core/profile';
import type { JsonObject, Signal } from '#core/signal';
import type { Enrolment } from './enrolment.ts';

/** What a condition may read, where there is such a thing. */
export type Bindings = {
  readonly profile: ProfileView;
  readonly entry?: Enrolment['entry'];
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
