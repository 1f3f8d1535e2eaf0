import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';

const Topic = z.object({
  class: z.enum(['marketing', 'transactional']),
  confirm: z.optional(z.literal('double')),
  title: z.optional(z.string()),
  about: z.optional(z.string()),
});
const File = z.record(z.string(), Topic);

/** A topic one can consent to, as customers read it. */
export type PageTopic = {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly isDouble: boolean;
};

const titleOf = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1).replaceAll('-', ' ');

/** The topics this function was deployed with, those of marketing only: a file beside it, put there when the stack is synthesized. */
export const deployedTopics = (folder = import.meta.dirname): readonly PageTopic[] => {
  const file = join(folder, 'topics.json');
  const all = existsSync(file) ? File.parse(JSON.parse(readFileSync(file, 'utf8'))) : {};
  return Object.entries(all)
    .filter(([, topic]) => topic.class === 'marketing')
    .map(([name, { title = titleOf(name), about = '', confirm }]) => ({
      name,
      title,
      about,
      isDouble: confirm === 'double',
    }));
};
