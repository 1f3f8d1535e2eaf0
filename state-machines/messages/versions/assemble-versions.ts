import { MessageDocuments, type MessageDocument } from '#core/message';
import type { MessageFault } from '../message-fault.ts';
import type { MessageFile } from '../message-file.ts';

/** One file and what it was compiled to. */
export type CompiledFile = { readonly file: MessageFile; readonly document: MessageDocument };

type Version = CompiledFile & { readonly variant: string | undefined; readonly locale: string | undefined };

const fault = ({ file }: Pick<CompiledFile, 'file'>, message: string, hint: string): MessageFault => ({
  file: file.file,
  line: 1,
  column: 1,
  message,
  hint,
});

/** A file without a letter is the first wording; without a language it is in the message's own. */
const versionsOf = (files: readonly CompiledFile[]): readonly Version[] => {
  const isLettered = files.some(({ file }) => file.variant !== undefined);
  const own = files.find(({ file }) => file.locale === undefined && file.front.locale !== undefined);
  return files
    .map((each) => ({
      ...each,
      variant: each.file.variant ?? (isLettered ? 'a' : undefined),
      locale: each.file.locale ?? own?.file.front.locale,
    }))
    .toSorted(
      (a, b) =>
        Number(a.file.locale !== undefined) - Number(b.file.locale !== undefined) ||
        (a.variant ?? '').localeCompare(b.variant ?? '') ||
        (a.locale ?? '').localeCompare(b.locale ?? ''),
    );
};

const isOwn = ({ file }: Version): boolean => file.locale === undefined;

const shareFaults = (own: readonly Version[], translated: readonly Version[]): readonly MessageFault[] => {
  const astray = translated.filter(({ file }) => file.front.share !== undefined);
  const given = own.flatMap(({ file }) => file.front.share ?? []);
  const sum = given.reduce((total, share) => total + share, 0);
  const [first] = own;
  const uneven = given.length > 0 && (given.length !== own.length || Math.abs(sum - 100) > 0.001);
  return [
    ...astray.map((each) =>
      fault(each, 'a translation has no share of its own', 'leave "share" to the wording it translates'),
    ),
    ...(uneven && first !== undefined
      ? [
          fault(
            first,
            `the shares of its wordings make ${sum}, not 100`,
            'give each wording a "share", or none of them',
          ),
        ]
      : []),
  ];
};

const versionFaults = (versions: readonly Version[]): readonly MessageFault[] => {
  const own = versions.filter(isOwn);
  const translated = versions.filter((version) => !isOwn(version));
  const [first] = versions;
  if (own.length === 0 && first !== undefined) {
    const { message, channel, file } = first.file;
    const plain = `${message}.${channel}.${file.split('.').at(-1)}`;
    return [fault(first, 'there is no text for everybody who reads another language', `write it as ${plain}`)];
  }
  const key = ({ variant, locale }: Version): string => `${variant}/${locale}`;
  const twice = versions.filter((each, index) => versions.findIndex((other) => key(other) === key(each)) < index);
  const alone = translated.filter(({ variant }) => !own.some((version) => version.variant === variant));
  const contradicting = translated.filter(
    ({ file }) => file.front.locale !== undefined && file.front.locale !== file.locale,
  );
  return [
    ...twice.map((each) =>
      fault(each, 'another file is the same wording in the same language', 'take one of them away'),
    ),
    ...alone.map((each) =>
      fault(
        each,
        `wording "${each.variant}" exists only as a translation`,
        'write it in the language of everybody else too',
      ),
    ),
    ...contradicting.map((each) => fault(each, '"locale" is not the language in the name', 'leave "locale" out')),
    ...shareFaults(own, translated),
  ];
};

/** The document as it stands among its siblings; what it was stamped with when it was published before is gone. */
const stamped = ({ document, variant, locale }: Version, share: number | undefined): MessageDocument => {
  const { variant: _variant, locale: _locale, share: _share, versions: _versions, ...bare } = document;
  return {
    ...bare,
    ...(locale === undefined ? {} : { locale }),
    ...(variant === undefined ? {} : { variant }),
    ...(share === undefined ? {} : { share }),
  };
};

const documentOf = (versions: readonly Version[]): object => {
  const shares = new Map(versions.filter(isOwn).map(({ variant, file }) => [variant, file.front.share]));
  const [first, ...others] = versions.map((version) => stamped(version, shares.get(version.variant)));
  return others.length === 0 ? { ...first } : { ...first, versions: others };
};

/** Languages and wordings of one message on one channel become one document, or what does not go together is told. */
export const assembleVersions = (
  files: readonly CompiledFile[],
): { readonly messages: MessageDocuments } | { readonly faults: readonly MessageFault[] } => {
  const groups = Map.groupBy(files, ({ file }) => `${file.message} ${file.channel}`);
  const messages: Record<string, Record<string, object>> = {};
  const faults: MessageFault[] = [];
  for (const group of groups.values()) {
    const versions = versionsOf(group);
    faults.push(...versionFaults(versions));
    const [first] = versions;
    if (first === undefined) continue;
    const { message, channel } = first.file;
    messages[message] = { ...messages[message], [channel]: documentOf(versions) };
  }
  return faults.length > 0 ? { faults } : { messages: MessageDocuments.parse(messages) };
};
