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

/** Every path a message reads, in alphabetical order. A template with a fault reads nothing. */
export const variablesOf = (document: MessageDocument): readonly string[] => {
  const found = sourcesOf(document).map((source) => checkTemplate(source, 'text'));
  const paths = found.flatMap((check) => ('variables' in check ? check.variables.map(({ path }) => path) : []));
  return [...new Set(paths)].sort();
};
