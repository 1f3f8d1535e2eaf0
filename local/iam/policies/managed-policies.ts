import type { JsonObject } from '../../world.ts';

const allow = (...actions: readonly string[]): JsonObject => ({
  Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
});

const logs = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'] as const;

/** AWS managed policies by name, as published on 2026-11. https://docs.aws.amazon.com/aws-managed-policy/latest/reference */
export const managedPolicies: Readonly<Record<string, JsonObject>> = {
  AWSLambdaBasicExecutionRole: allow(...logs),
  AWSLambdaBasicDurableExecutionRolePolicy: allow(...logs),
  AWSLambdaDynamoDBExecutionRole: allow(
    'dynamodb:DescribeStream',
    'dynamodb:GetRecords',
    'dynamodb:GetShardIterator',
    'dynamodb:ListStreams',
    ...logs,
  ),
  AWSLambdaSQSQueueExecutionRole: allow('sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', ...logs),
  AWSLambdaVPCAccessExecutionRole: allow(...logs, 'ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces'),
  AWSXRayDaemonWriteAccess: allow('xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSampling*'),
  AWSXrayWriteOnlyAccess: allow('xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSampling*'),
  AmazonAPIGatewayPushToCloudWatchLogs: allow('logs:*'),
  CloudWatchLambdaInsightsExecutionRolePolicy: allow(...logs),
};
