import * as z from 'zod';

const unitMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000, week: 604_800_000 } as const;
const spoken = /^(\d+(?:\.\d+)?) (minute|hour|day|week)s?$/;
const isUnit = (word: string | undefined): word is keyof typeof unitMs => word !== undefined && word in unitMs;

/** `30 days` in milliseconds; undefined when it is no duration. A day is 24 hours. */
export const spanMs = (text: string): number | undefined => {
  const [, amount, unit] = spoken.exec(text) ?? [];
  return isUnit(unit) ? Math.round(Number(amount) * unitMs[unit]) : undefined;
};

const Span = z
  .string()
  .refine((text) => spanMs(text) !== undefined, { error: 'write a duration as `30 days`, `24 hours` or `2 weeks`' });

const Instant = z.string().describe('What gives an instant: `profile.orders.lastAt`, `profile.traits.trial_ends_at`.');

/** Time that has passed since an instant: `over` once it has, `under` until it has. An instant that is absent is neither. */
const Since = z.union([
  z.strictObject({ since: Instant, over: Span }),
  z.strictObject({ since: Instant, under: Span }),
  z.strictObject({ until: Instant, under: Span }),
]);
export type Since = z.infer<typeof Since>;

/** A condition of a segment: JSONata, a comparison with the clock, or several of them. */
export type Condition =
  | string
  | readonly Condition[]
  | Since
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition };

const shapes =
  'write an expression, `since: …` with `over:` or `under:`, `until: …` with `under:`, or `all:`, `any:` or `not:` with conditions';

export const Condition: z.ZodType<Condition> = z.lazy(() =>
  z.union(
    [
      z.string().min(1),
      z.array(Condition).min(1),
      Since,
      z.strictObject({ all: z.array(Condition).min(1) }),
      z.strictObject({ any: z.array(Condition).min(1) }),
      z.strictObject({ not: Condition }),
    ],
    { error: shapes },
  ),
);

const segmentName = /^[a-z][a-z0-9-]{0,63}$/;
export const isSegmentName = (name: string): boolean => segmentName.test(name);

/** A segment as its author writes it. */
export const SegmentDocument = z.strictObject(
  {
    name: z.string().regex(segmentName, 'write a name in small letters, digits and hyphens'),
    description: z.string().optional(),
    /** `false`: checked, but published nowhere. */
    live: z.boolean().optional(),
    /** The topics whose consent counts once it is confirmed (double opt-in): read from `topics.yaml`, not written here. */
    confirm: z.array(z.string()).exactOptional(),
    /** Several conditions in a list must all hold. */
    when: Condition,
  },
  { error: (issue) => (issue.code === 'unrecognized_keys' ? `there is no field ${issue.keys.join(', ')}` : undefined) },
);
export type SegmentDocument = z.infer<typeof SegmentDocument>;
