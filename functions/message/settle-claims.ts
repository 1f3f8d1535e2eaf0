import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { logger, observed } from '../aws/observed.ts';
import { OpenClaim, openClaims } from '../aws/open-claims.ts';
import { SettleClaimsEnv } from './settle-claims.env.ts';

const env = SettleClaimsEnv.parse(process.env);
const claims = openClaims(env.STATE_TABLE);

class StillSending extends Error {
  override readonly name = 'StillSending';
}

const settle = async (body: string): Promise<void> => {
  const claim = OpenClaim.parse(JSON.parse(body));
  if (!(await claims.close(claim, Date.now()))) throw new StillSending();
};

/** Claims whose run is over → what became of them. One that may still be sent comes again. */
export const handler = observed<SQSEvent, SQSBatchResponse>('message', async ({ Records }) => {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const { body, messageId } of Records) {
    try {
      await settle(body);
    } catch (error) {
      logger.warn('claim not settled', { reason: error instanceof Error ? error.name : 'unknown' });
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
});
