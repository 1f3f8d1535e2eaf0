import { Document, isMap, isScalar, visit } from 'yaml';

/** What stands at the top of an imported journey. */
const heading = {
  whole: ' Imported from Amazon Pinpoint. import-report.md says what became of every field.',
  draft:
    ' Imported from Amazon Pinpoint as a draft. import-report.md says what became of every field.\n' +
    ' Complete each place marked `incomplete`, take the mark away, and rename this file to journey.yaml.',
};

/** Editors complete it where it lies among the other journeys. */
const schema = ' yaml-language-server: $schema=../../docs/journey.schema.json';

const longestLine = 110;

/** Fields that read better on one line. */
const inline: readonly string[] = ['reentry', 'entryRate', 'open', 'email', 'sms', 'push'];

/** A journey as its author would write it, each step under a comment saying what it was. @param comments by step id */
export const writeYaml = (
  document: { readonly [field: string]: unknown },
  comments: ReadonlyMap<string, string>,
  isDraft: boolean,
): string => {
  const yaml = new Document(document, { aliasDuplicateObjects: false });
  yaml.commentBefore = `${schema}\n${isDraft ? heading.draft : heading.whole}`;
  visit(yaml, {
    Map: (_, map) => {
      const id = map.get('id');
      const comment = typeof id === 'string' ? comments.get(id) : undefined;
      if (comment !== undefined) map.commentBefore = ` ${comment.replaceAll(/\s+/g, ' ')}`;
    },
    Seq: (_, list) => {
      if (list.items.every(isScalar)) list.flow = true;
    },
    Pair: (_, { key, value }) => {
      if (isMap(value) && isScalar(key) && inline.includes(String(key.value))) value.flow = true;
    },
  });
  return yaml.toString({ lineWidth: longestLine, flowCollectionPadding: true, indentSeq: true });
};
