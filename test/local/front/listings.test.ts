import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGround, type Ground } from '../../../local/ground.ts';
import { writeAssembly } from '../template/write-assembly.ts';

/** What people ask first of an account they do not know, over HTTP as SDKs and the CLI ask. */
let ground: Ground;
beforeAll(async () => {
  const statement = { Effect: 'Allow', Action: 'sns:ListTopics', Resource: '*' };
  ground = await startGround({
    assembly: writeAssembly({
      resources: {
        Orders: ['AWS::SNS::Topic', { TopicName: 'orders' }],
        Exports: ['AWS::S3::Bucket', { BucketName: 'exports' }],
        Archive: ['AWS::S3::Bucket', { BucketName: 'archive' }],
        Key: ['AWS::SecretsManager::Secret', { Name: 'key', Description: 'signs', SecretString: 'hidden' }],
        Other: ['AWS::SecretsManager::Secret', { Name: 'other', SecretString: 'hidden too' }],
        Reader: [
          'AWS::IAM::Role',
          { RoleName: 'reader', Path: '/shop/', Policies: [{ PolicyDocument: { Statement: [statement] } }] },
        ],
      },
    }),
    data: undefined,
    clock: 'virtual',
    start: Date.parse('2026-01-05T09:00:00Z'),
    awsPort: 0,
    httpPort: 0,
    note: () => undefined,
  });
});
afterAll(() => ground?.stop());

const key = (logicalId: string) => `ASIA${Buffer.from(logicalId).toString('hex').toUpperCase()}`;
const signed = (service: string, accessKeyId = 'anybody') => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260105/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
});
const query = async (service: string, Action: string, accessKeyId?: string) => {
  const headers = { ...signed(service, accessKeyId), 'content-type': 'application/x-www-form-urlencoded' };
  const response = await fetch(ground.awsUrl, { method: 'POST', headers, body: `Action=${Action}&Version=2011-06-15` });
  return response.text();
};

test('anybody can ask who they are', async () => {
  const outside = await query('sts', 'GetCallerIdentity');
  expect(outside).toContain('<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">');
  expect(outside).toContain('<Account>000000000000</Account><Arn>arn:aws:iam::000000000000:user/outside</Arn>');
  expect(await query('sts', 'GetCallerIdentity', key('Reader'))).toContain(
    '<Arn>arn:aws:sts::000000000000:assumed-role/reader/local</Arn>',
  );
});

test('topics are listed for whoever may', async () => {
  const topics = '<Topics><member><TopicArn>arn:aws:sns:us-east-1:000000000000:orders</TopicArn></member></Topics>';
  expect(await query('sns', 'ListTopics')).toContain(topics);
  expect(await query('sns', 'ListTopics', key('Reader'))).toContain(topics);
});

test('buckets are listed for whoever may', async () => {
  const asked = (accessKeyId?: string) =>
    fetch(`${ground.awsUrl}/?x-id=ListBuckets`, { headers: signed('s3', accessKeyId) });
  const listed = await (await asked()).text();
  expect(listed).toMatch(/^<ListAllMyBucketsResult>/);
  expect(
    [...listed.matchAll(/<Bucket><Name>(\w+)<\/Name><CreationDate>[^<]+<\/CreationDate><\/Bucket>/g)].map(
      ([, name]) => name,
    ),
  ).toEqual(['archive', 'exports']);
  const refused = await asked(key('Reader'));
  expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('s3:ListAllMyBuckets')]);
});

test('secrets are listed page by page, without what they hold', async () => {
  const credentials = { accessKeyId: 'x', secretAccessKey: 'y' };
  const client = new SecretsManagerClient({
    endpoint: ground.awsUrl,
    region: 'us-east-1',
    credentials,
    maxAttempts: 1,
  });
  const first = await client.send(new ListSecretsCommand({ MaxResults: 1, SortOrder: 'asc' }));
  expect(first.SecretList).toMatchObject([{ Name: 'key', Description: 'signs', CreatedDate: expect.any(Date) }]);
  expect(JSON.stringify(first)).not.toContain('hidden');
  const second = await client.send(
    new ListSecretsCommand({ MaxResults: 1, SortOrder: 'asc', NextToken: first.NextToken! }),
  );
  expect(second.SecretList!.map(({ Name }) => Name)).toEqual(['other']);
  expect(second.NextToken).toBeUndefined();
  const filtered = client.send(new ListSecretsCommand({ Filters: [{ Key: 'name', Values: ['key'] }] }));
  await expect(filtered).rejects.toThrow('filters are not supported here');
  client.destroy();
});
