import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { count, declared, flag, json, operation } from '../events/operation.ts';
import { isObject } from '../template/json.ts';
import { jsonOf } from '../events/json-text.ts';
import { AwsError, type Caller, type JsonObject, type Resource, type Service, type World } from '../world.ts';
import { generatePassword } from './generate-password.ts';

const generation = z.strictObject({
  ExcludeCharacters: z.string().default(''),
  ExcludeLowercase: flag.default(false),
  ExcludeNumbers: flag.default(false),
  ExcludePunctuation: flag.default(false),
  ExcludeUppercase: flag.default(false),
  GenerateStringKey: z.string().optional(),
  IncludeSpace: flag.default(false),
  PasswordLength: count.default(32),
  RequireEachIncludedType: flag.default(true),
  SecretStringTemplate: z.string().optional(),
});
const secret = z.strictObject({
  Name: z.string().optional(),
  Description: z.string().optional(),
  GenerateSecretString: generation.optional(),
  KmsKeyId: z.string().optional(),
  ReplicaRegions: json.optional(),
  SecretString: z.string().optional(),
  Tags: json.optional(),
});
type Properties = z.output<typeof secret>;

const kept = z.object({ value: z.string(), version: z.string(), createdAt: z.number() });
type Kept = z.output<typeof kept>;

const get = z.strictObject({
  SecretId: z.string(),
  VersionId: z.string().optional(),
  VersionStage: z.literal('AWSCURRENT', 'only AWSCURRENT is supported here').optional(),
});
const describe = z.strictObject({ SecretId: z.string() });
const list = z.strictObject({
  Filters: z.array(z.never('filters are not supported here')).optional(),
  IncludePlannedDeletion: z.boolean().optional(),
  MaxResults: count.min(1).max(100).default(100),
  NextToken: count.default(0),
  SortOrder: z.enum(['asc', 'desc']).default('desc'),
  SortBy: z.string().optional(),
});

/** Secrets Manager: the secrets of the template, generated once and journalled (kind `secret`). */
export const createSecrets = (world: World): Service => {
  const { journal, clock } = world;
  const secrets = declared(world.stack, 'AWS::SecretsManager::Secret', secret).map(({ resource, properties }) => ({
    resource,
    properties,
    kept: valueOf(world, resource, properties),
  }));

  const find = (reference: string, action: string, caller: Caller) => {
    const found = secrets.find(
      ({ resource: { arn } }) => arn === reference || nameOf(arn) === reference || isPartial(arn, reference),
    );
    if (found === undefined)
      throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    caller.require(`secretsmanager:${action}`, found.resource.arn);
    return found;
  };

  return {
    name: 'secretsmanager',
    operations: {
      GetSecretValue: operation(get, async ({ SecretId, VersionId }, caller) => {
        const found = find(SecretId, 'GetSecretValue', caller);
        if (VersionId !== undefined && VersionId !== found.kept.version)
          throw new AwsError(
            'ResourceNotFoundException',
            `Secrets Manager can't find the specified secret value for VersionId: ${VersionId}`,
          );
        await journal.durable();
        const { value, version } = found.kept;
        return { ...common(found), SecretString: value, VersionId: version, VersionStages: ['AWSCURRENT'] };
      }),
      ListSecrets: operation(list, async ({ MaxResults, NextToken: from, SortOrder }, caller) => {
        caller.require('secretsmanager:ListSecrets', '*');
        const ordered = SortOrder === 'asc' ? secrets : secrets.toReversed();
        const next = from + MaxResults;
        return {
          SecretList: ordered.slice(from, next).map((found) => ({
            ...common(found),
            ...description(found),
            LastChangedDate: found.kept.createdAt / 1_000,
            SecretVersionsToStages: { [found.kept.version]: ['AWSCURRENT'] },
          })),
          ...(next < ordered.length && { NextToken: String(next) }),
        };
      }),
      DescribeSecret: operation(describe, async ({ SecretId }, caller) => {
        const found = find(SecretId, 'DescribeSecret', caller);
        return {
          ...common(found),
          ...description(found),
          LastChangedDate: found.kept.createdAt / 1_000,
          LastAccessedDate: clock.now() / 1_000,
          VersionIdsToStages: { [found.kept.version]: ['AWSCURRENT'] },
        };
      }),
    },
  };
};

const description = ({ properties: { Description } }: { properties: Properties }): JsonObject =>
  Description === undefined ? {} : { Description };

const common = ({ resource, kept: { createdAt } }: { resource: Resource; kept: Kept }): JsonObject => ({
  ARN: resource.arn,
  Name: nameOf(resource.arn),
  CreatedDate: createdAt / 1_000,
});

const valueOf = ({ journal, clock }: World, { arn, logicalId }: Resource, properties: Properties): Kept => {
  const before = journal.get('secret', arn);
  if (before !== undefined) return kept.parse(before);
  const made: Kept = { value: generated(logicalId, properties), version: randomUUID(), createdAt: clock.now() };
  journal.put('secret', arn, made);
  return made;
};

const generated = (logicalId: string, { SecretString, GenerateSecretString: rules }: Properties): string => {
  if (rules === undefined) return SecretString ?? '';
  const password = generatePassword({
    length: rules.PasswordLength,
    excluded: rules.ExcludeCharacters,
    lowercase: !rules.ExcludeLowercase,
    uppercase: !rules.ExcludeUppercase,
    numbers: !rules.ExcludeNumbers,
    punctuation: !rules.ExcludePunctuation,
    space: rules.IncludeSpace,
    requiresEach: rules.RequireEachIncludedType,
  });
  if (rules.GenerateStringKey === undefined) return password;
  const template = jsonOf(rules.SecretStringTemplate ?? '{}');
  if (!isObject(template)) throw new Error(`${logicalId}: SecretStringTemplate is not a JSON object`);
  return JSON.stringify({ ...template, [rules.GenerateStringKey]: password });
};

/** `arn:…:secret:<name>-<six characters>` */
const nameOf = (arn: string): string =>
  arn
    .split(':')
    .slice(6)
    .join(':')
    .replace(/-[^-]{6}$/, '');
const isPartial = (arn: string, reference: string): boolean =>
  /^arn:.*:secret:/.test(reference) && arn.replace(/-[^-]{6}$/, '') === reference;
