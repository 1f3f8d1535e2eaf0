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

const pathsIn = (document: MessageDocument): readonly string[] =>
  sourcesOf(document)
    .map((source) => checkTemplate(source, 'text'))
    .flatMap((check) => ('variables' in check ? check.variables.map(({ path }) => path) : []));

const versionVariables = (document: MessageDocument): readonly string[] =>
  pathsIn(document).filter((path) => document.fallback?.[path] === undefined);

const inOrder = (paths: readonly string[]): readonly string[] => [...new Set(paths)].toSorted();

const versionsOf = (document: MessageDocument): readonly MessageDocument[] => [document, ...(document.versions ?? [])];

/**
 * Every path a message needs data for, in any language and wording, in alphabetical order; one with a fallback needs none.
 * A template with a fault reads nothing.
 */
export const variablesOf = (document: MessageDocument): readonly string[] =>
  inOrder(versionsOf(document).flatMap(versionVariables));

/** What a message reads of the steps of its journey, with a fallback or without: it is there only if the run keeps it. */
export const stepsReadBy = (document: MessageDocument): readonly string[] =>
  inOrder(versionsOf(document).flatMap(pathsIn)).filter((path) => path.split('.')[0] === 'steps');
