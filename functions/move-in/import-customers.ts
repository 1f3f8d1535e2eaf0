import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { customerIds } from '../aws/customer-id.ts';
import { logStore } from '../aws/dynamo-log-store.ts';
import { type Import, importStore, type PartDone, type RowRefusal } from '../aws/import-store.ts';
import { observed } from '../aws/observed.ts';
import { json, problem } from '../aws/problem.ts';
import { transactionBatch } from '../aws/transaction-batch.ts';
import type { FoldStores } from '../profile/fold-customer.ts';
import { foldStores } from '../profile/fold-stores.ts';
import { ImportCustomersEnv } from './import-customers.env.ts';
import { MOST_ROWS, type Part, readPart, signalsOfPart } from './read-part.ts';
import { takeIn } from './take-in.ts';

const env = ImportCustomersEnv.parse(process.env);
const imports = importStore(env.STATE_TABLE);
const ids = customerIds(env.KEY_SECRET_ARN);
const log = logStore(env.LOG_TABLE);
const write = transactionBatch();
const tables = { log: env.LOG_TABLE, state: env.STATE_TABLE };

/** An erasure is for good: whoever imports a file from before it brings nobody back. */
const erasedRow = (row: number): RowRefusal => ({
  row,
  field: 'userId',
  message: 'This customer was erased: nothing is kept of them any more. Leave the row out.',
});

const take = async (part: Part, number: number, from: Import, stores: FoldStores): Promise<PartDone> => {
  const { signals, refusals } = signalsOfPart(part, from);
  const { idOf } = await ids();
  const receivedAt = new Date(from.startedAt).toISOString();
  const rows = signals.map(({ row, signal }) => ({
    row,
    customer: idOf(signal.subject),
    signal,
    receivedAt,
    silent: true,
  }));
  const taking = { stores, log, write, tables, refoldQueueUrl: env.REFOLD_QUEUE_URL };
  const { customers, erased } = await takeIn(rows, taking);
  const refused = [...refusals, ...erased.map(erasedRow)].toSorted((a, b) => a.row - b.row);
  return { part: number, customers, rows: part.rows.length - refused.length, refused };
};

const textOf = ({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): string =>
  isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;

/**
 * `PUT /v1/imports/{id}/parts/{part}` `{rows: [{row, calls}]}`: takes in one part of a file. The same part again answers what was answered
 * before; one that broke off is taken in as if nothing of it had been.
 */
export const handler = observed<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>(
  'profile',
  async (event, context) => {
    const { id = '', part: number = '' } = event.pathParameters ?? {};
    const from = await imports.find(id);
    if (from === undefined) return problem(404, 'unknown-import', 'There is no such import: begin it first.');
    if (!/^\d{1,8}$/.test(number) || Number(number) >= from.parts)
      return problem(404, 'unknown-part', `The import has ${from.parts} parts, numbered from 0.`);
    const done = await imports.findPart(id, Number(number));
    if (done !== undefined) return json(200, done);
    const part = readPart(textOf(event));
    if (part === undefined)
      return problem(
        422,
        'bad-part',
        `A part is {"rows": [{"row": 1, "calls": […]}]} with 1 to ${MOST_ROWS} rows, each an identify and the consents beside it.`,
      );
    const taken = await take(part, Number(number), from, await foldStores(env, context));
    await imports.endPart(id, taken);
    return json(200, taken);
  },
);
