import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { journeySource, tasksSource } from '#core/events';
import { type BusEvent, busWriter } from '../aws/bus-writer.ts';
import { count, logger, observed } from '../aws/observed.ts';
import { claimQueue } from '../aws/open-claims.ts';
import { taskStore } from '../aws/task-store.ts';
import { AnnounceEnv } from './announce.env.ts';
import { sentNews, withheldNews } from './message-news.ts';
import { rowChange, type RowChange } from './row-change.ts';
import { type End, runNews } from './run-news.ts';
import { announcement, type News, signal } from './said.ts';
import { taskNews } from './task-news.ts';

const env = AnnounceEnv.parse(process.env);
const tasks = taskStore(env.STATE_TABLE);
const put = busWriter(env.BUS_NAME);
const lookAgain = claimQueue(env.CLAIMS_QUEUE_URL);

const announced = (news: readonly News[]): readonly BusEvent[] => (env.ANNOUNCE === 'on' ? news.map(announcement) : []);

/** Others wait for this end: a parent hears of it, children leave, and nobody needs to do what the run had asked for. */
const tell = async (customer: string, { news, run, reason }: End): Promise<BusEvent> => {
  const closed = run.hasAsked ? await tasks.close(customer, run, { reason, at: news.at }) : 0;
  if (closed > 0) count('TaskClosed', undefined, closed);
  return signal(news, { source: journeySource, hops: run.hops + 1 });
};

const eventsOfRun = async (change: RowChange): Promise<readonly BusEvent[]> => {
  const { news, end } = runNews(change);
  // A claim is settled by its run, and this one is over: nobody else would come back to what it has left.
  const left = [...(end?.run.claiming ?? [])];
  await lookAgain(left.map((send) => ({ customer: change.customer, send })));
  return [...announced(news), ...(end?.isTold === true ? [await tell(change.customer, end)] : [])];
};

const eventsOfTask = (change: RowChange): readonly BusEvent[] => {
  const { created, answered } = taskNews(change);
  return [
    ...(created === undefined ? [] : [announcement(created)]),
    ...(answered === undefined ? [] : [signal(answered, { source: tasksSource })]),
  ];
};

const eventsOf = async (record: DynamoDBRecord): Promise<readonly BusEvent[]> => {
  const change = rowChange(record);
  switch (change?.sk.split('#')[0]) {
    case 'ENROL':
      return eventsOfRun(change);
    case 'SEND':
      return announced(sentNews(change));
    case 'WHY':
      return announced(withheldNews(change));
    case 'TASK':
      return eventsOfTask(change);
    default:
      return [];
  }
};

type Read = { readonly events: readonly BusEvent[]; readonly failed?: DynamoDBRecord };

/** What the records say, up to the first that cannot be read or told: Lambda begins again with that one. */
const readAll = async (records: readonly DynamoDBRecord[]): Promise<Read> => {
  const events: BusEvent[] = [];
  for (const record of records) {
    try {
      events.push(...(await eventsOf(record)));
    } catch (error) {
      logger.error('not announced', { reason: error instanceof Error ? error.name : 'unknown' });
      return { events, failed: record };
    }
  }
  return { events };
};

/** The State table's stream → what happened, on the bus. At least once, and under the same id each time. */
export const handler = observed<DynamoDBStreamEvent, DynamoDBBatchResponse>('journey', async ({ Records }) => {
  const { events, failed } = await readAll(Records);
  await put(events);
  if (events.length > 0) count('Announced', undefined, events.length);
  const itemIdentifier = failed?.dynamodb?.SequenceNumber;
  return { batchItemFailures: itemIdentifier === undefined ? [] : [{ itemIdentifier }] };
});
