import { checkJourney } from '#core/journey';
import { parse } from 'yaml';
import type { Surroundings } from '../activities/surroundings.ts';
import { incompletePlaces } from '../../../state-machines/drafts/incomplete-places.ts';

type Fields = { readonly [field: string]: unknown };
type Channel = 'email' | 'sms' | 'push';

/** The channels each message is written for, by the names of their files. */
const channelsOf = (files: readonly string[]): Readonly<Record<string, readonly Channel[]>> => {
  const written: Record<string, Channel[]> = {};
  for (const file of files) {
    const [message = '', channel] = file.split('.');
    if (channel === 'email' || channel === 'sms' || channel === 'push')
      written[message] = [...(written[message] ?? []), channel];
  }
  return written;
};

type Around = { readonly topics: Surroundings['topics']; readonly files: readonly string[] };

/** A journey that nothing is missing in, but that the checker refuses, is a draft all the same: it says why at its top. */
export const asChecked = (document: Fields, { topics, files }: Around): Fields => {
  if (incompletePlaces(document).length > 0) return document;
  const classes = { [topics.marketing]: 'marketing', [topics.transactional]: 'transactional' } as const;
  // As whoever compiles it will read it: without what YAML does not write.
  const written: unknown = parse(JSON.stringify(document));
  const { problems = [] } = checkJourney(written, { topics: classes, messages: channelsOf(files) });
  if (problems.length === 0) return document;
  const incomplete = problems.map(({ path, message }) => `${path.join('.')}: ${message}`);
  const { name, description, ...rest } = document;
  return { name, description, incomplete, ...rest };
};
