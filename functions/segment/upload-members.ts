import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { segmentEntered } from '#core/events';
import { profileSource } from '#core/events';
import { isSegmentName } from '#core/segment';
import { signal } from '../announce/said.ts';
import { busWriter } from '../aws/bus-writer.ts';
import { type CustomerIds, customerIds } from '../aws/customer-id.ts';
import { count, observed } from '../aws/observed.ts';
import { json, problem } from '../aws/problem.ts';
import { profileStore } from '../aws/profile-store.ts';
import { segmentStore } from '../aws/segment-store.ts';
import { type CsvMember, readCsv, type RowError } from './desk/read-csv.ts';
import { UploadMembersEnv } from './upload-members.env.ts';

const env = UploadMembersEnv.parse(process.env);
const store = segmentStore(env.STATE_TABLE);
const profiles = profileStore({ state: env.STATE_TABLE, log: '' });
const put = busWriter(env.BUS_NAME);
const loadIds = customerIds(env.KEY_SECRET_ARN);

const longestBody = 1_048_576;
const mostRows = 5000;
const mostErrors = 200;
const atOnce = 16;

type Known = CsvMember & { readonly customer: string };

/** Those we know something of; a message could not reach the others anyway. */
const known = async (members: readonly CsvMember[], ids: CustomerIds) => {
  const all: readonly Known[] = members.map((member) => ({ ...member, customer: ids.idOf(member.subject) }));
  const found = await profiles.readMany([...new Set(all.map(({ customer }) => customer))]);
  const isKnown = ({ customer }: Known): boolean => (found.get(customer)?.folds ?? 0) > 0;
  const errors = all
    .filter((member) => !isKnown(member))
    .map(({ row, subject }): RowError => ({
      row,
      field: subject.user === undefined ? 'anonymousId' : 'userId',
      message: 'Nothing is known of this customer: no signal of theirs has come.',
    }));
  return { customers: [...new Set(all.filter(isKnown).map(({ customer }) => customer))], errors };
};

/** Puts them in; who is in already stays. @returns how many are new */
const putIn = async (name: string, customers: readonly string[], at: number): Promise<number> => {
  const left = [...customers];
  let added = 0;
  const worker = async (): Promise<void> => {
    for (let customer = left.shift(); customer !== undefined; customer = left.shift())
      if (await store.change(name, customer, { isIn: true, order: 1, at })) added++;
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, customers.length) }, worker));
  // Under one id for good: an upload that broke off is repeated, and nobody enters twice by it.
  const news = customers.map((customer) => ({
    event: segmentEntered,
    id: `${customer}/${name}/list`,
    at,
    customer,
    about: { segment: name },
  }));
  await put(news.map((each) => signal(each, { source: profileSource })));
  return added;
};

const textOf = ({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): string =>
  isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;

/** `POST /v1/segments/{name}/members` with a CSV file: a list that people keep, made by its first upload. */
export const handler = observed<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>('profile', async (event) => {
  const name = event.pathParameters?.['name'] ?? '';
  if (!isSegmentName(name))
    return problem(400, 'bad-name', 'A list has a name in small letters, digits and hyphens, at most 64.');
  const text = textOf(event);
  if (Buffer.byteLength(text) > longestBody)
    return problem(413, 'too-large', 'A file may have 1 MB: send it in parts.');
  const { segments } = await store.publication();
  if (segments.some(({ document }) => document.name === name))
    return problem(409, 'not-a-list', `\`${name}\` has a rule that says who is in it; nobody is put in by hand.`);
  const read = readCsv(text);
  if (read.members.length > mostRows)
    return problem(413, 'too-many-rows', `A file may have ${mostRows} rows: send it in parts.`);
  const { customers, errors: strangers } = await known(read.members, await loadIds());
  const errors = [...read.errors, ...strangers].toSorted((a, b) => a.row - b.row);
  if (customers.length === 0)
    return json(422, { added: 0, already: 0, refused: errors.length, errors: errors.slice(0, mostErrors) });
  const now = Date.now();
  const added = await putIn(name, customers, now);
  await store.keepList(name, new Date(now).toISOString());
  count('MemberUploaded', undefined, added);
  return json(200, {
    added,
    already: customers.length - added,
    refused: errors.length,
    errors: errors.slice(0, mostErrors),
  });
});
