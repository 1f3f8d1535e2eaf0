import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { type Import, importStore } from '../aws/import-store.ts';
import { observed } from '../aws/observed.ts';
import { json, problem } from '../aws/problem.ts';
import { TrackImportEnv } from './track-import.env.ts';

const imports = importStore(TrackImportEnv.parse(process.env).STATE_TABLE);

/** Parts of 200 rows make 20 million rows of this. */
const MOST_PARTS = 100_000;
const MOST_SHOWN = 200;

const Wanted = z.object({
  id: z.string().check(z.regex(/^[0-9a-f]{16}$/)),
  file: z.string().check(z.minLength(1), z.maxLength(200)),
  asOf: z.iso.datetime(),
  parts: z.int().check(z.positive(), z.maximum(MOST_PARTS)),
});

const shape =
  'Write {"id": 16 hexadecimal digits of the file’s hash, "file": its name, "asOf": when its rows were true, "parts": how many}.';

/** How far an import is. `missing` names parts still to be sent, as ranges: `[[0, 4], [7, 7]]`. */
const view = async (one: Import) => {
  const done = await imports.parts(one.id);
  const refused = done.flatMap((part) => part.refused);
  const missing = gaps(one.parts, new Set(done.map(({ part }) => part)));
  return {
    ...one,
    asOf: new Date(one.asOf).toISOString(),
    startedAt: new Date(one.startedAt).toISOString(),
    done: done.length,
    isDone: missing.length === 0,
    missing,
    rows: done.reduce((sum, { rows }) => sum + rows, 0),
    refused: refused.length,
    errors: refused.slice(0, MOST_SHOWN),
  };
};

const gaps = (parts: number, done: ReadonlySet<number>): readonly (readonly [number, number])[] => {
  const found: [number, number][] = [];
  for (let part = 0; part < parts; part++) {
    if (done.has(part)) continue;
    const last = found.at(-1);
    if (last !== undefined && last[1] === part - 1) last[1] = part;
    else found.push([part, part]);
  }
  return found;
};

const begin = async (body: string): Promise<APIGatewayProxyStructuredResultV2> => {
  const wanted = Wanted.safeParse(jsonOf(body));
  if (!wanted.success) return problem(422, 'bad-import', shape);
  const { asOf, ...rest } = wanted.data;
  const now = Date.now();
  const begun = await imports.begin({ ...rest, asOf: Math.min(Date.parse(asOf), now), startedAt: now });
  if (begun.parts !== rest.parts)
    return problem(409, 'other-parts', `This file is being imported in ${begun.parts} parts: send it as it was begun.`);
  return json(200, await view(begun));
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** `POST /v1/imports` begins an import or finds it again; `GET /v1/imports/{id}` says how far it is. */
export const handler = observed<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>('profile', async (event) => {
  const { id } = event.pathParameters ?? {};
  if (id === undefined) {
    const { body = '', isBase64Encoded } = event;
    return begin(isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body);
  }
  const found = await imports.find(id);
  return found === undefined
    ? problem(404, 'unknown-import', 'There is no such import.')
    : json(200, await view(found));
});
