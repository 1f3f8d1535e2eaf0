import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod';

const Class = z.enum(['marketing', 'transactional'], 'write marketing or transactional');

const Topic = z
  .strictObject({
    class: Class,
    confirm: z.literal('double', 'write `double`, or leave it out').optional(),
    title: z.string().min(1).max(60).optional(),
    about: z.string().min(1).max(200).optional(),
  })
  .refine(({ class: kind, confirm }) => kind === 'marketing' || confirm === undefined, {
    path: ['confirm'],
    error: 'only a marketing topic waits for a confirmation: a transactional one goes without consent',
  });

const Name = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'a topic is lower-case words with hyphens');

/** A topic as its author writes it, and as customers read it on the preference page: `title`, and what it is `about`. */
export type Topic = z.infer<typeof Topic>;

export type ReadTopics = {
  readonly all: { readonly [topic: string]: Topic };
  readonly classes: { readonly [topic: string]: Topic['class'] };
  /** Those whose consent counts once it is confirmed (double opt-in). */
  readonly confirm: readonly string[];
};

/**
 * Reads what `topics.yaml` says: a class, `promotions: marketing`, or more,
 * `newsletter: { class: marketing, confirm: double, title: …, about: … }`. Mistakes come back as sentences that name topic and field.
 */
export const readTopics = (written: unknown): ReadTopics | { readonly mistakes: readonly string[] } => {
  if (typeof written !== 'object' || written === null || Array.isArray(written))
    return { mistakes: ['Write topics as `promotions: marketing`, a line each.'] };
  const mistakes: string[] = [];
  const all: Record<string, Topic> = {};
  for (const [name, value] of Object.entries(written)) {
    const topic = Topic.safeParse(typeof value === 'string' ? { class: value } : value);
    const issues = [...(Name.safeParse(name).error?.issues ?? []), ...(topic.error?.issues ?? [])];
    for (const { path, message } of issues) mistakes.push(`The topic \`${[name, ...path].join('.')}\`: ${message}.`);
    if (topic.success && issues.length === 0) all[name] = topic.data;
  }
  if (mistakes.length > 0) return { mistakes };
  const topics = Object.entries(all);
  return {
    all,
    classes: Object.fromEntries(topics.map(([name, { class: kind }]) => [name, kind])),
    confirm: topics.flatMap(([name, { confirm }]) => (confirm === 'double' ? [name] : [])),
  };
};

/** The topics of the house. @throws Error that says what is wrong in the file. */
export const topicsFile = (file: string | URL): ReadTopics => {
  const read = readTopics(parse(readFileSync(file, 'utf8')));
  if ('mistakes' in read) throw new Error(`${String(file)} cannot be read:\n${read.mistakes.join('\n')}`);
  return read;
};
