import { existsSync } from 'node:fs';
import { checkPolicy, noPolicy, type Policy, type PublishedDocument } from '#core/journey';
import { offsetOf, readYaml, valueOf } from './read-yaml.ts';

/** A mistake, where it is, and what to write instead. */
type Fault = { readonly file: string; readonly line: number; readonly column: number; readonly message: string };

/** What `policy.yaml` says; without the file nothing holds for all journeys. Every mistake is found at once. */
export const readPolicy = (
  file: string,
  topics: PublishedDocument['topics'],
): Policy | { readonly faults: readonly Fault[] } => {
  if (!existsSync(file)) return noPolicy;
  const { document, place } = readYaml(file);
  if (document.errors.length > 0)
    return {
      faults: document.errors.map(({ message, pos }) => ({
        file,
        ...place(pos[0]),
        message: `This is no YAML: ${message.split('\n')[0]}`,
      })),
    };
  const raw = valueOf(document);
  if ('unreadable' in raw) return { faults: [{ file, ...place(0), message: raw.unreadable }] };
  const checked = checkPolicy(raw.value, { topics });
  if ('policy' in checked) return checked.policy;
  return {
    faults: checked.problems.map(({ path, message }) => ({ file, ...place(offsetOf(document, path)), message })),
  };
};
