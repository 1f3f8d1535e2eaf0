import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib/core';
import type { IEventSourceDlq } from 'aws-cdk-lib/aws-lambda';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Stage } from '../stage.ts';
import { keepLogicalId } from './keep-logical-id.ts';
import type { SegueFunction } from './segue-function.ts';

/**
 * Where a stream's records go when a batch fails to the end. A bucket, because it keeps the records themselves; a queue
 * would be told only their sequence numbers, which are worth nothing once the stream has forgotten them after a day.
 */
export const failedRecords = (
  scope: Construct,
  id: string,
  { stage, reader }: { readonly stage: Stage; readonly reader: SegueFunction },
): IEventSourceDlq => {
  const bucket = new Bucket(scope, id, {
    encryption: BucketEncryption.S3_MANAGED,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    lifecycleRules: [{ expiration: Duration.days(14) }],
    removalPolicy: stage.isProd ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
  keepLogicalId(bucket, id);
  Validations.of(bucket).acknowledge({
    id: 'AwsSolutions-S1',
    reason:
      'Only Lambda writes here, only when a batch fails to the end, and it all expires after 14 days; CloudTrail sees readers.',
  });
  reader.allow(['s3:ListBucket'], bucket.bucketArn);
  reader.allow(['s3:PutObject'], bucket.arnForObjects('aws/lambda/*'));
  reader.accept(
    `AwsSolutions-IAM5[Resource::<${id}.Arn>/aws/lambda/*]`,
    'Lambda names the objects itself: aws/lambda/<mapping>/<shard>/<date>/<time>-<id>.',
  );
  return { bind: () => ({ destination: bucket.bucketArn }) };
};
