import { RemovalPolicy } from 'aws-cdk-lib/core';
import { AttributeType, BillingMode, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { Stage } from '../stage.ts';
import { keepLogicalId } from './keep-logical-id.ts';

/** A table with keys `pk` and `sk`, a stream of what was written, and a backup of every second of the last 35 days. */
export const segueTable = (
  scope: Construct,
  id: string,
  { stage, expiresBy }: { readonly stage: Stage; readonly expiresBy?: string },
): Table => {
  const table = new Table(scope, id, {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    sortKey: { name: 'sk', type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    stream: StreamViewType.NEW_IMAGE,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    ...(expiresBy && { timeToLiveAttribute: expiresBy }),
    deletionProtection: stage.isProd,
    removalPolicy: stage.isProd ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
  keepLogicalId(table, id);
  return table;
};
