import { stringify } from 'yaml';
import { smsSegments } from '#core/message';
import { liquidFaults, markupFaults } from '../../../state-machines/messages/check-message.ts';
import { readMessage } from '../../../state-machines/messages/message-file.ts';
import type { SavedTemplate } from '../read/read-saved.ts';
import type { Notification } from '../read/template-shapes.ts';
import { type Ledger, ledgerOf, type Row } from '../report/ledger.ts';
import { readDefaults } from './default-substitutions.ts';
import { mjmlOf, mjmlOfText } from './email-body.ts';
import { handlebarsToLiquid } from './handlebars-to-liquid.ts';

export type WrittenMessage = {
  /** In `messages/`. */
  readonly file: string;
  readonly text: string;
  /** What became of the template’s fields. */
  readonly rows: readonly Row[];
  /** What keeps it from being sent as it is. */
  readonly incomplete: readonly string[];
};

const besides = [
  'Arn',
  'CreationDate',
  'LastModifiedDate',
  'TemplateDescription',
  'Version',
  'tags',
  'TemplateType',
  'RequestId',
];

type Writing = {
  readonly saved: SavedTemplate;
  readonly ledger: Ledger;
  readonly incomplete: string[];
  /** A field in Liquid; what it lost is noted. */
  readonly liquid: (text: string, path: readonly string[]) => string;
};

const withFront = (front: { readonly [key: string]: unknown }, body: string): string =>
  Object.keys(front).length === 0 ? body : `---\n${stringify(front, { lineWidth: 0 })}---\n${body}`;

const writeEmail = (writing: Writing, from: string | undefined): string => {
  const { saved, ledger, liquid, incomplete } = writing;
  if (saved.kind !== 'email') return '';
  const { Subject, HtmlPart, TextPart } = saved.document;
  if (Subject === undefined) incomplete.push('the template has no subject');
  if (HtmlPart === undefined && TextPart === undefined) incomplete.push('the template has neither HTML nor text');
  const text = TextPart === undefined ? undefined : liquid(TextPart, ['TextPart']);
  const html = HtmlPart === undefined ? undefined : liquid(HtmlPart, ['HtmlPart']);
  ledger.note(['Headers'], 'not supported', 'headers are Segue’s: List-Unsubscribe among them');
  const front = {
    subject: Subject === undefined ? '…' : liquid(Subject, ['Subject']),
    ...(html === undefined || text === undefined ? {} : { text }),
    ...(from === undefined ? {} : { from }),
  };
  return withFront(front, html === undefined ? mjmlOfText(text ?? '…') : mjmlOf(html));
};

/** About what an SMS costs, each value counted as a word. */
const segmentsOf = (liquid: string): number =>
  Math.min(10, smsSegments(liquid.replaceAll(/\{%[^%]*%\}/g, '').replaceAll(/\{\{[^}]*\}\}/g, 'Alexandria')).segments);

const writeSms = ({ saved, liquid, incomplete }: Writing): string => {
  if (saved.kind !== 'sms') return '';
  const { Body } = saved.document;
  if (Body === undefined) incomplete.push('the template has no text');
  const text = Body === undefined ? '…' : liquid(Body, ['Body']);
  const segments = segmentsOf(text);
  return withFront(segments > 1 ? { segments } : {}, `${text.trim()}\n`);
};

const platforms = ['Default', 'GCM', 'APNS', 'ADM', 'Baidu'] as const;

const notePush = (ledger: Ledger, from: (typeof platforms)[number], { Url }: Notification): void => {
  for (const platform of platforms) {
    const other = platform === from ? 'a push is title, body and link' : `every device gets what \`${from}\` says`;
    ledger.note([platform], 'not supported', other);
  }
  ledger.note([from, 'Action'], 'changed', Url === undefined ? 'opens the app' : 'opens the link');
};

const writePush = ({ saved, ledger, liquid, incomplete }: Writing): string => {
  if (saved.kind !== 'push') return '';
  const { document } = saved;
  const from = platforms.find((platform) => document[platform]?.Body !== undefined) ?? 'Default';
  const said = document[from] ?? {};
  notePush(ledger, from, said);
  if (said.Body === undefined) incomplete.push('the template has no text');
  const isSafe = said.Url?.startsWith('https://') === true;
  const link = isSafe ? liquid(said.Url ?? '', [from, 'Url']) : undefined;
  if (!isSafe) ledger.note([from, 'Url'], 'not supported', 'only links that begin with https:// can be followed');
  const title = said.Title === undefined ? '{{ brand.name }}' : liquid(said.Title, [from, 'Title']);
  return withFront(
    { title, ...(link === undefined ? {} : { link }) },
    `${said.Body === undefined ? '…' : liquid(said.Body, [from, 'Body'])}\n`,
  );
};

const extensions = { email: 'mjml', sms: 'liquid', push: 'liquid' } as const;

/** What the check at publishing would say of it. */
const faultsIn = (file: string, text: string): readonly string[] => {
  const read = readMessage(file, text);
  const faults = 'channel' in read ? [...liquidFaults(read), ...markupFaults(read)] : read;
  return faults.map(({ line, message }) => `line ${line}: ${message}`);
};

/** A template as a message file of ours. @param from whom an email is from, where the activity says it */
export const writeMessage = (saved: SavedTemplate, name: string, from?: string): WrittenMessage => {
  const ledger = ledgerOf(saved.raw);
  const incomplete: string[] = [];
  const defaults = readDefaults(saved.document.DefaultSubstitutions) ?? new Map<string, string>();
  for (const field of besides) ledger.note([field], 'not supported', 'kept in this report only');
  ledger.note(['TemplateName'], 'changed', `the message \`${name}\``);
  ledger.note(['RecommenderId'], 'not supported', 'there are no recommendations');
  ledger.note(['DefaultSubstitutions'], 'exact', '`| default:` of each value');
  const liquid = (text: string, path: readonly string[]): string => {
    const { liquid: translated, changes, problems } = handlebarsToLiquid(text, saved.kind, defaults);
    incomplete.push(...problems.map((tag) => `${tag} cannot be said in Liquid here`));
    const isHtml = path[0] === 'HtmlPart';
    const all = [...(isHtml ? ['HTML inside MJML, as it was; links lead to https'] : []), ...changes];
    if (problems.length > 0) ledger.note(path, 'not supported', `not translated: ${problems.join(' ')}`);
    else
      ledger.note(path, all.length > 0 ? 'changed' : 'exact', all.length > 0 ? all.join('; ') : 'the same in Liquid');
    return translated;
  };
  const writing: Writing = { saved, ledger, incomplete, liquid };
  const texts = {
    email: () => writeEmail(writing, from),
    sms: () => writeSms(writing),
    push: () => writePush(writing),
  };
  const text = texts[saved.kind]();
  const file = `${name}.${saved.kind}.${extensions[saved.kind]}`;
  return {
    file,
    text,
    rows: [...ledger.rows(), ...saved.beside],
    incomplete: [...incomplete, ...faultsIn(file, text)],
  };
};
