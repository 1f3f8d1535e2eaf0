import { compileExpression } from '#core/expression';
import type { Enrolment } from '#core/journey';
import { type Profile, viewProfile } from '#core/profile';
import type { Signal } from '#core/signal';

const compiled = new Map<string, ReturnType<typeof compileExpression>>();

/** What a goal was worth, in thousandths: whole numbers add up to the same in any order. */
export const worthOf = (
  source: string,
  entry: Enrolment['entry'],
  { profile, signal }: { readonly profile: Profile; readonly signal: Signal },
): number => {
  const expression = compiled.get(source) ?? compileExpression(source);
  compiled.set(source, expression);
  if (!expression.ok) return 0;
  const { event: name, messageId, timestamp, properties } = signal;
  const event = { name, messageId, timestamp, properties };
  const result = expression.evaluate({ profile: viewProfile(profile), entry, event });
  const worth = 'value' in result ? Number(result.value) : 0;
  return Number.isFinite(worth) ? Math.round(worth * 1000) : 0;
};
