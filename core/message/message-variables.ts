import { checkTemplate } from './liquid/check-template.ts';
import type { MessageDocument } from './message-document.ts';

const sourcesOf = (document: MessageDocument): readonly string[] => {
  switch (document.channel) {
    case 'email':
      return [document.subject, document.html, document.text];
    case 'sms':
      return [document.text];
    case 'push':
      return [document.title, document.body, document.link ?? ''];
  }
};

const versionVariables = (document: MessageDocument): readonly string[] =>
  sourcesOf(document)
    .map((source) => checkTemplate(source, 'text'))
    .flatMap((check) => ('variables' in check ? check.variables.map(({ path }) => path) : []))
    .filter((path) => document.fallback?.[path] === undefined);

/**
 * Every path a message needs data for, in any language and wording, in alphabetical order; one with a fallback needs none.
 * A template with a fault reads nothing.
 */
export const variablesOf = (document: MessageDocument): readonly string[] => {
  const versions: readonly MessageDocument[] = [document, ...(document.versions ?? [])];
  return [...new Set(versions.flatMap(versionVariables))].sort();
};
