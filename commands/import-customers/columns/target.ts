import * as z from 'zod';

const channel = '(?:email|sms|push)';
const topic = String.raw`(?:\.[\w][\w .-]{0,63})?`;
const shapes = [
  'userId|anonymousId|email|phone|firstName|lastName|timezone|prefers|country|date|evidence|ignore',
  String.raw`consent\.${channel}${topic}`,
  String.raw`optOut\.${channel}${topic}`,
  String.raw`consentAt\.${channel}`,
  String.raw`traits\.[^.]{1,100}`,
  String.raw`address\.(?:city|country|postalCode|state|street)`,
];
const shape = new RegExp(`^(?:${shapes.join('|')})$`, 'u');

const wanted =
  'write userId, anonymousId, email, phone, firstName, lastName, timezone, prefers, country, date, evidence, traits.<name>, ' +
  'address.<part>, consent.<channel>[.<topic>], optOut.<channel>[.<topic>], consentAt.<channel> or ignore';

/** What a column becomes. */
const Target = z.string().regex(shape, wanted);

/** A mapping file: what the columns of somebody else are here. Columns it does not name are guessed. */
export const Mapping = z.strictObject({
  columns: z.record(z.string(), z.union([Target, z.array(Target).min(1)])).default({}),
  /** Two letters: the country of phone numbers without one. */
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'write two capital letters, such as DE')
    .optional(),
  /** When rows without a date were true. */
  asOf: z.iso.datetime('write an instant such as 2026-10-30T00:00:00Z').optional(),
  /** What is on record of how the consents in this file were given. */
  evidence: z.string().min(1).max(500).optional(),
});
export type Mapping = z.infer<typeof Mapping>;

/** A column and what it becomes; `why` where it becomes nothing. */
export type Column = {
  readonly name: string;
  readonly targets: readonly string[];
  readonly by: 'mapping' | 'guess' | 'trait' | 'unknown';
  readonly proposal?: string;
};
