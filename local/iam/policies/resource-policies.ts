import type { JsonObject, Resource, Stack } from '../../world.ts';
import { textOr } from '../../template/json.ts';
import { statement, statementsOf, textsOf, type Statement } from '../statement.ts';
import { matchesPattern } from '../wildcard.ts';

/** Every statement of the policies that the template puts on queues, topics, buckets, buses, secrets and functions. */
export const resourceStatements = (stack: Stack): readonly Statement[] => [
  ...attachedTo(stack, 'AWS::SQS::QueuePolicy', 'Queues'),
  ...attachedTo(stack, 'AWS::SNS::TopicPolicy', 'Topics'),
  ...attachedTo(stack, 'AWS::S3::BucketPolicy', 'Bucket'),
  ...attachedTo(stack, 'AWS::SecretsManager::ResourcePolicy', 'SecretId'),
  ...stack.all('AWS::Events::EventBusPolicy').map((policy) => busStatement(stack, policy)),
  ...stack.all('AWS::Lambda::Permission').map((permission) => permissionStatement(stack, permission)),
];

const arnOf = (stack: Stack, reference: string) => stack.find(reference)?.arn ?? reference;

/** A policy counts only for the resources it is attached to, whatever its statements say. */
const attachedTo = (stack: Stack, type: string, property: string): readonly Statement[] =>
  stack.all(type).flatMap(({ logicalId, properties }) => {
    const owners = textsOf(properties[property]).map((reference) => arnOf(stack, reference));
    const document = properties['PolicyDocument'] ?? properties['ResourcePolicy'];
    return statementsOf(document, logicalId).map((source) => ({
      ...source,
      resources: within(source.resources, owners),
    }));
  });

const within = (patterns: readonly string[], owners: readonly string[]): readonly string[] =>
  (patterns.length === 0 ? ['*'] : patterns).flatMap((pattern) =>
    owners.flatMap((owner) => {
      if (pattern.startsWith(`${owner}/`)) return [pattern];
      return matchesPattern(pattern, owner) ? [owner, ...(pattern.endsWith('*') ? [`${owner}/*`] : [])] : [];
    }),
  );

const busStatement = (stack: Stack, { logicalId, properties }: Resource): Statement => {
  const bus = arnOf(stack, textOr(properties['EventBusName'], 'default'));
  const written = statementsOf({ Statement: properties['Statement'] ?? [] }, logicalId)[0];
  const short = { Action: properties['Action'] ?? [], Principal: { AWS: properties['Principal'] ?? [] } };
  return { ...(written ?? statement(short, logicalId)), resources: [bus] };
};

/** `AWS::Lambda::Permission` as the statement it adds to the function's policy. */
const permissionStatement = (stack: Stack, { logicalId, properties }: Resource): Statement => {
  const principal = textOr(properties['Principal'], '');
  const name = textOr(properties['FunctionName'], '');
  const condition: JsonObject = {
    ...(properties['SourceArn'] === undefined ? {} : { ArnLike: { 'aws:SourceArn': properties['SourceArn'] } }),
    ...(properties['SourceAccount'] === undefined
      ? {}
      : { StringEquals: { 'aws:SourceAccount': properties['SourceAccount'] } }),
  };
  const source: JsonObject = {
    Effect: 'Allow',
    Action: properties['Action'] ?? '',
    Principal: principal.endsWith('.amazonaws.com') ? { Service: principal } : { AWS: principal },
    Resource: arnOf(stack, name),
    Condition: condition,
  };
  return statement(source, logicalId);
};
