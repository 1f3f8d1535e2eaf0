import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { lostExecution, stoppedByHand } from '#core/journey';
import { enrolmentStore } from '../aws/enrolment-store.ts';
import { count, logger, observed } from '../aws/observed.ts';
import { CloseRunEnv } from './close-run.env.ts';

const env = CloseRunEnv.parse(process.env);
const enrolments = enrolmentStore(env.STATE_TABLE);

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html */
const Ended = z.object({ detail: z.object({ status: z.string(), input: z.string(), error: z.nullish(z.string()) }) });
const Input = z.object({ customer: z.string(), journey: z.string(), enrol: z.string(), occurrence: z.number() });

const close = async ({ body }: SQSRecord): Promise<void> => {
  const { status, input, error } = Ended.parse(JSON.parse(body)).detail;
  const { customer, ...run } = Input.parse(JSON.parse(input));
  const reason = error === stoppedByHand ? error : `${lostExecution}${status.toLowerCase().replaceAll('_', '-')}`;
  const closed = await enrolments.end(customer, run, { at: Date.now(), reason });
  if ('done' in closed) count('RunLost', status);
  logger.warn('run lost its execution', { customer, journey: run.journey, enrol: run.enrol, reason });
};

/** A run whose execution failed or was aborted ends too: else its customer could never enter again. */
export const handler = observed<SQSEvent, SQSBatchResponse>('journey', async ({ Records }) => {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const record of Records) {
    try {
      await close(record);
    } catch (error) {
      logger.error('run not closed', { reason: error instanceof Error ? error.name : 'unknown' });
      batchItemFailures.push({ itemIdentifier: record.messageId });
    }
  }
  return { batchItemFailures };
});
