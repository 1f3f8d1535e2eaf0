import { Duration } from 'aws-cdk-lib/core';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type * as z from 'zod';
import type { SettleClaimsEnv } from '../../functions/message/settle-claims.env.ts';
import { type Ground, SegueFunction } from '../parts/segue-function.ts';
import { deadLetters, readQueue, segueQueue } from '../parts/segue-queue.ts';

export type LeftClaimsProps = Ground & { readonly state: Table };

const timeout = Duration.seconds(30);

/** Messages that were being sent when their run was over → queue, for longer than a lease → `settle-claims`. */
export class LeftClaims extends Construct {
  readonly queue: Queue;
  readonly settleClaims: SegueFunction;

  constructor(scope: Construct, id: string, { stage, bundle, state }: LeftClaimsProps) {
    super(scope, id);
    const deadLetterQueue = deadLetters(this, 'ClaimsDead', {
      stage,
      name: 'claims-dead',
      runbook:
        'Messages that runs left behind could not be settled in five tries: the ledger says that they are being sent. ' +
        'Read the errors in the log of settle-claims, then redrive.',
    });
    this.queue = segueQueue(this, 'Claims', { stage, name: 'claims', readerTimeout: timeout, deadLetterQueue });
    this.settleClaims = new SegueFunction(this, 'SettleClaims', {
      stage,
      bundle,
      description: 'Settles messages whose run was over before anybody knew whether they had left.',
      timeout,
      environment: { STATE_TABLE: state.tableName } satisfies z.input<typeof SettleClaimsEnv>,
      failures: 'Read from a queue, never invoked asynchronously: what fails five times goes to ClaimsDead.',
    });
    this.settleClaims.allowTable(state, ['GetItem', 'UpdateItem']);
    readQueue(this.settleClaims, this.queue, { batchSize: 10, maxConcurrency: 5 });
  }
}
