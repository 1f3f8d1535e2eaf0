import { countOf, type Summary } from './summary-table.ts';
import type { Row, Status } from './ledger.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');
const code = (text: string): string => `\`${text.replaceAll('`', "'")}\``;

const tableOf = (rows: readonly Row[]): readonly string[] => [
  '| field | value | what became of it |',
  '| --- | --- | --- |',
  ...rows.map(({ path, value, how }) => `| ${cell(code(path))} | ${cell(code(value))} | ${cell(how)} |`),
];

const statuses: readonly (readonly [status: Status, title: string])[] = [
  ['changed', 'Changed'],
  ['not supported', 'Not supported'],
  ['exact', 'Exact'],
];

const partOf = ({ kind, name, rows }: Summary): readonly string[] => [
  `## The ${kind} \`${name}\``,
  '',
  `${rows.length} fields: ${countOf(rows, 'exact')} exact, ${countOf(rows, 'changed')} changed, ${countOf(rows, 'not supported')} not supported.`,
  '',
  ...statuses.flatMap(([status, title]) => {
    const these = rows.filter((row) => row.status === status);
    return these.length === 0 ? [] : [`### ${title}`, '', ...tableOf(these), ''];
  }),
];

const always = [
  'For every journey: a message of marketing needs recorded consent (Pinpoint asked only whether somebody had opted out);',
  'a run is one customer’s, not one endpoint’s; the same customer has one run at a time; segments are evaluated once the',
  'segment room is there, and until then nobody enters from one.',
];

/** The report that lies beside what was imported: what is left to do, then every field. */
export const writeReport = (title: string, parts: readonly Summary[]): string => {
  const incomplete = parts.flatMap((part) => part.incomplete);
  const toDo = incomplete.length === 0 ? [] : ['## To complete', '', ...incomplete.map((each) => `- ${each}`), ''];
  return [`# ${title}: imported from Amazon Pinpoint`, '', ...always, '', ...toDo, ...parts.flatMap(partOf)].join('\n');
};
