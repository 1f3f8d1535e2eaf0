import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { isSegmentName } from '#core/segment';
import { busWriter } from '../aws/bus-writer.ts';
import { type CustomerIds, customerIds } from '../aws/customer-id.ts';
import { listRows } from '../aws/list-rows.ts';
import { count, observed } from '../aws/observed.ts';
import { json, problem } from '../aws/problem.ts';
import { profileStore } from '../aws/profile-store.ts';
import { segmentStore } from '../aws/segment-store.ts';
import { headsOf } from '../profile/identity/head-of.ts';
import { listDesk, listEntered, type Named } from './desk/list-desk.ts';
import { type CsvMember, readCsv, type RowError } from './desk/read-csv.ts';
import { UploadMembersEnv } from './upload-members.env.ts';

const env = UploadMembersEnv.parse(process.env);
const store = segmentStore(env.STATE_TABLE);
const profiles = profileStore({ state: env.STATE_TABLE, log: '' });
const put = busWriter(env.BUS_NAME);
const desk = listDesk({ rows: listRows(env.STATE_TABLE), names: () => Promise.resolve([]), put });
const loadIds = customerIds(env.KEY_SECRET_ARN);

const longestBody = 1_048_576;
const mostRows = 5000;
const mostErrors = 200;
const atOnce = 16;

/** Who somebody turned out to be may change while they are put in. */
const rounds = 5;

const strange = 'Nothing is known of this customer: no signal of theirs has come.';
const erased = 'This customer was erased: nothing is kept of them any more.';

/** Those we know something of, each as who they are today; a message could not reach the others anyway. */
const known = async (members: readonly CsvMember[], ids: CustomerIds) => {
  const all = members.map((member) => ({ ...member, named: ids.idOf(member.subject) }));
  const heads = await headsOf([...new Set(all.map(({ named }) => named))], profiles);
  const named = new Map<string, Named>();
  const errors: RowError[] = [];
  for (const { row, subject, named: id } of all) {
    const head = heads.get(id);
    const field = subject.user === undefined ? 'anonymousId' : 'userId';
    if (head?.stored.erasedAt !== undefined) errors.push({ row, field, message: erased });
    else if (head === undefined || head.stored.folds === 0) errors.push({ row, field, message: strange });
    else named.set(id, { named: id, head: head.customer });
  }
  return { named: [...named.values()], errors };
};

/** @returns those who are somebody else by now */
const putInOnce = async (name: string, all: readonly Named[], { at, added }: { at: number; added: Set<string> }) => {
  const left = [...all];
  const moved: string[] = [];
  const worker = async (): Promise<void> => {
    for (let each = left.shift(); each !== undefined; each = left.shift()) {
      const how = await desk.enlist(name, each, at);
      if (how === 'added') added.add(each.head);
      if (how === 'moved') moved.push(each.named);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, all.length) }, worker));
  return moved;
};

/** Puts them in; who is in already stays. @returns how many were there to be put in, and how many of them are new */
const putIn = async (name: string, all: readonly Named[], at: number): Promise<{ added: number; already: number }> => {
  const added = new Set<string>();
  const heads = new Set<string>();
  let left = all;
  for (let round = 1; left.length > 0; round++) {
    if (round > rounds) throw new Error('Whom the ids of a file lead to changes too often.');
    const moved = new Set(await putInOnce(name, left, { at, added }));
    for (const { named, head } of left) if (!moved.has(named)) heads.add(head);
    const found = await headsOf([...moved], profiles);
    left = [...found].flatMap(([named, { customer, stored }]) =>
      stored.erasedAt === undefined ? [{ named, head: customer }] : [],
    );
  }
  await put([...heads].map((head) => listEntered(head, name, at)));
  return { added: added.size, already: heads.size - added.size };
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
  const { named, errors: strangers } = await known(read.members, await loadIds());
  const errors = [...read.errors, ...strangers].toSorted((a, b) => a.row - b.row);
  if (named.length === 0)
    return json(422, { added: 0, already: 0, refused: errors.length, errors: errors.slice(0, mostErrors) });
  const now = Date.now();
  // Its name first: whoever merges two of its members meanwhile has to find it.
  await store.keepList(name, new Date(now).toISOString());
  const { added, already } = await putIn(name, named, now);
  count('MemberUploaded', undefined, added);
  return json(200, {
    added,
    already,
    refused: errors.length,
    errors: errors.slice(0, mostErrors),
  });
});
