import { compileExpression, pathsOf, type ReadPath } from '#core/expression';
import type { ProfileView } from '#core/profile';
import type { Entry } from '../enrolment.ts';
import type { Bindings } from '../holds.ts';
import { didYouMean, type Path, type Problem, sentence } from './problem.ts';

/** The names there are inside something: all that are listed, any, or none because it is a plain value. */
type Names = 'any' | 'none' | { readonly [name: string]: Names };
type NamesOf<Thing> = { readonly [Field in keyof Required<Thing>]: Names };

/** The roots a condition may begin with. */
export type Readable = { readonly [root: string]: Names };

const profile = {
  userId: 'none',
  anonymousId: 'none',
  email: 'none',
  phone: 'none',
  firstName: 'none',
  timezone: 'none',
  prefers: 'none',
  devices: { token: 'none', platform: 'none' },
  traits: 'any',
  consent: { email: 'any', sms: 'any', push: 'any' } satisfies NamesOf<ProfileView['consent']>,
  cart: { id: 'none', items: 'none', value: 'none', currency: 'none', products: 'any' } satisfies NamesOf<
    ProfileView['cart']
  >,
  orders: { count: 'none', value: 'none', lastAt: 'none' } satisfies NamesOf<ProfileView['orders']>,
  seen: 'any',
} as const satisfies NamesOf<ProfileView>;

const entry = {
  event: 'none',
  messageId: 'none',
  timestamp: 'none',
  properties: 'any',
} as const satisfies NamesOf<Entry>;

const event = { name: 'none', messageId: 'none', timestamp: 'none', properties: 'any' } as const satisfies NamesOf<
  Bindings['event']
>;

const ofEvent = { profile, entry, event };

/** What each place of a journey binds: anything else would be nothing there, and a condition on it would never hold. */
export const READABLE = {
  'trigger.where': { profile, event },
  'exit.when': { profile },
  'exit.where': ofEvent,
  'waitFor.where': ofEvent,
  'goal.value': ofEvent,
  'branch.when': { profile, entry, steps: 'any' },
} as const satisfies Readonly<Record<string, Readable>>;

const unknownName = (path: ReadPath, names: Names, depth = 0): string | undefined => {
  const name = path[depth];
  if (name === undefined || names === 'any') return undefined;
  const [read, above] = [path.slice(0, depth + 1).join('.'), path.slice(0, depth).join('.')];
  if (names === 'none') return `There is no \`${read}\`: \`${above}\` is one plain value.`;
  const inner = Object.hasOwn(names, name) ? names[name] : undefined;
  if (inner !== undefined) return unknownName(path, inner, depth + 1);
  return `There is no \`${read}\`.${didYouMean(name, Object.keys(names))}`;
};

/**
 * Why an expression cannot be used where it stands.
 * @param readable what may be read there
 */
export const conditionProblems = (source: string | undefined, path: Path, readable: Readable): readonly Problem[] => {
  if (source === undefined || source === '') return [];
  const roots = Object.keys(readable);
  const expression = compileExpression(source, roots);
  if (!expression.ok) {
    const { message, position, hint } = expression;
    const why = `This condition cannot be used: ${message} (at character ${position}). ${sentence(hint)}`;
    return [{ path, message: why }];
  }
  const unknown = pathsOf(source, roots).flatMap((read) => unknownName(read, readable) ?? []);
  return [...new Set(unknown)].map((message) => ({ path, message }));
};
