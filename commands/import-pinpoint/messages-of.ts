import type { MessageNamed, MessageWanted, Surroundings } from './activities/surroundings.ts';
import { slug, uniquely } from './graph/names.ts';
import type { SavedTemplate } from './read/read-saved.ts';
import { writeMessage, type WrittenMessage } from './template/convert-template.ts';

export type NamedTemplate = { readonly saved: SavedTemplate; readonly template: string };

/** A message of a journey, and which template it was. */
export type JourneyMessage = WrittenMessage & { readonly template: string };

/** The messages of one journey: each is written when an activity first asks for it. */
export const messagesOf = (templates: readonly NamedTemplate[]) => {
  const written = new Map<string, { readonly name: string; readonly message: JourneyMessage }>();
  const names = { email: uniquely(), sms: uniquely(), push: uniquely() };
  const find = (kind: MessageWanted['kind'], template: string) =>
    templates.find((each) => each.saved.kind === kind && each.template === template);

  const message = ({ kind, template, from }: MessageWanted): MessageNamed => {
    const found = find(kind, template);
    const file = `${slug(template)}.${kind}.${kind === 'email' ? 'mjml' : 'liquid'}`;
    if (found === undefined) {
      const incomplete = `the template \`${template}\` is not among the imported files: import it as well, or write messages/${file}.`;
      return { message: slug(template) || undefined, isImported: false, incomplete };
    }
    const key = JSON.stringify([kind, template, from]);
    const before = written.get(key);
    const name = before?.name ?? names[kind](slug(template) || 'message');
    const made = before?.message ?? { ...writeMessage(found.saved, name, from), template };
    written.set(key, { name, message: made });
    const open =
      made.incomplete.length === 0 ? undefined : `messages/${made.file} is not done: ${made.incomplete.join('; ')}.`;
    return { message: name, isImported: true, incomplete: open };
  };
  const version: Surroundings['version'] = (kind, template) => find(kind, template)?.saved.document.Version;
  return {
    message,
    version,
    written: (): readonly JourneyMessage[] => [...written.values()].map((each) => each.message),
  };
};
