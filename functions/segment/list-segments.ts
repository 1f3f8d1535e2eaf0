import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { observed } from '../aws/observed.ts';
import { json, problem } from '../aws/problem.ts';
import { segmentStore } from '../aws/segment-store.ts';
import { fillRows } from './desk/fill-rows.ts';
import { ListSegmentsEnv } from './list-segments.env.ts';

const env = ListSegmentsEnv.parse(process.env);
const store = segmentStore(env.STATE_TABLE);
const fills = fillRows(env.STATE_TABLE);

type Answer = APIGatewayProxyStructuredResultV2;

/** A segment as the API shows it. `filling` is there until everybody has been looked at since it was published. */
type SegmentView = {
  readonly name: string;
  readonly kind: 'rule' | 'list';
  readonly description?: string;
  readonly when?: unknown;
  readonly size: number;
  readonly filling?: { readonly customersSoFar: number };
};

const segments = async (): Promise<readonly Omit<SegmentView, 'size'>[]> => {
  const { segments: published, fill } = await store.publication();
  const walks = await fills.walks();
  // A walk looks at everybody for all segments, so that the last that is done was one for those before it too.
  const doneUpTo = walks.reduce((last, walk) => (walk.isDone ? Math.max(last, walk.fill) : last), 0);
  const customersSoFar = walks.find((walk) => walk.fill === fill)?.customers ?? 0;
  const rules = published.map(({ document: { name, description, when }, fill: since }) => ({
    name,
    kind: 'rule' as const,
    ...(description !== undefined && { description }),
    when,
    ...(since > doneUpTo && { filling: { customersSoFar } }),
  }));
  const lists = (await store.lists()).map(({ name }) => ({ name, kind: 'list' as const }));
  return [...rules, ...lists];
};

const sized = async (segment: Omit<SegmentView, 'size'>): Promise<SegmentView> => ({
  ...segment,
  size: await store.size(segment.name),
});

const unknown = (name: string): Answer => problem(404, 'unknown-segment', `There is no segment called \`${name}\`.`);

const Query = z.object({
  limit: z._default(z.coerce.number().check(z.int(), z.gte(1), z.lte(1000)), 100),
  after: z.optional(z.string().check(z.regex(/^[0-9a-f][a-z2-7]{0,26}$/))),
});

const members = async (name: string, query: Readonly<Record<string, unknown>>): Promise<Answer> => {
  const asked = Query.safeParse(query);
  if (!asked.success)
    return problem(
      400,
      'bad-request',
      '`limit` is a whole number from 1 to 1000; `after` is what an earlier answer gave as `next`.',
    );
  return json(200, await store.page(name, asked.data.limit, asked.data.after));
};

/** `GET /v1/segments`, `/v1/segments/{name}` and `/v1/segments/{name}/members?limit=&after=`. */
export const handler = observed<APIGatewayProxyEventV2, Answer>('profile', async (event) => {
  const all = await segments();
  const name = event.pathParameters?.['name'];
  if (name === undefined) return json(200, { segments: await Promise.all(all.map(sized)) });
  const segment = all.find((each) => each.name === name);
  if (segment === undefined) return unknown(name);
  if (event.routeKey.endsWith('/members')) return members(name, event.queryStringParameters ?? {});
  return json(200, await sized(segment));
});
