import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openJournal } from '../../../local/journal/open-journal.ts';
import { loadStack, unsupported } from '../../../local/template/load-stack.ts';
import { versionNumbers } from '../../../local/template/version-numbers.ts';

const shop = join(import.meta.dirname, 'fixtures/shop');
const urls = { awsUrl: 'http://127.0.0.1:4566', httpUrl: 'http://127.0.0.1:8080' };
const folder = mkdtempSync(join(tmpdir(), 'assembly-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The shop with one string of its template replaced. */
const changed = (from: string, to: string) => {
  const copy = mkdtempSync(join(folder, 'shop-'));
  cpSync(shop, copy, { recursive: true });
  const file = join(copy, 'Shop.template.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
  return copy;
};

describe('the stack of a cloud assembly', () => {
  const stack = loadStack(shop, urls);
  const properties = (id: string) => stack.find(id)?.properties ?? {};

  test('has the environment of a function as AWS would resolve it', () => {
    expect(properties('Greet')['Environment']).toEqual({
      Variables: {
        TABLE: 'Shop-Items',
        QUEUE_URL: 'http://127.0.0.1:4566/000000000000/shop-inbox',
        COLOUR: 'green',
        GREETING: 'hello',
        FIRST: 'b',
        SUB: 'shop-inbox Shop ${literal} amazonaws.com',
        SECRET: '{{resolve:secretsmanager:name}}',
        API: 'http://127.0.0.1:8080',
      },
    });
  });

  test('finds a resource by logical id, by ARN and by ref', () => {
    const queue = stack.find('Inbox');
    expect(queue?.arn).toBe('arn:aws:sqs:us-east-1:000000000000:shop-inbox');
    expect(stack.find('arn:aws:sqs:us-east-1:000000000000:shop-inbox')).toBe(queue);
    expect(stack.find('http://127.0.0.1:4566/000000000000/shop-inbox')).toBe(queue);
    expect(stack.find('nothing')).toBeUndefined();
  });

  test.each([
    ['Greet', 'shop-greet', 'arn:aws:lambda:us-east-1:000000000000:function:shop-greet'],
    ['Version', 'arn:aws:lambda:us-east-1:000000000000:function:shop-greet:1', undefined],
    ['Live', 'arn:aws:lambda:us-east-1:000000000000:function:shop-greet:live', undefined],
    ['Items', 'Shop-Items', 'arn:aws:dynamodb:us-east-1:000000000000:table/Shop-Items'],
    ['Bus', 'shop', 'arn:aws:events:us-east-1:000000000000:event-bus/shop'],
    ['Rule', 'shop|Shop-Rule', 'arn:aws:events:us-east-1:000000000000:rule/shop/Shop-Rule'],
    ['Machine', 'arn:aws:states:us-east-1:000000000000:stateMachine:shop-journey', undefined],
    ['MachineVersion', 'arn:aws:states:us-east-1:000000000000:stateMachine:shop-journey:1', undefined],
    ['Role', 'Shop-Role', 'arn:aws:iam::000000000000:role/Shop-Role'],
  ])('%s is %s', (id, ref, arn) => {
    expect(stack.find(id)).toMatchObject({ ref, arn: arn ?? ref });
  });

  test('a stream has one name over restarts, and its mapping refers to it', () => {
    expect(properties('Feed')['EventSourceArn']).toBe(
      'arn:aws:dynamodb:us-east-1:000000000000:table/Shop-Items/stream/2026-01-01T00:00:00.000',
    );
  });

  test('a condition word inside a policy is left alone', () => {
    expect(properties('Policy')['PolicyDocument']).toMatchObject({
      Statement: [
        {
          Resource: 'arn:aws:dynamodb:us-east-1:000000000000:table/Shop-Items/index/*',
          Condition: { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } },
        },
      ],
    });
  });

  test('resources and outputs whose condition fails are not there', () => {
    expect(stack.find('Ghost')).toBeUndefined();
    expect(stack.outputs).toEqual({ Url: 'http://127.0.0.1:8080' });
  });

  test('parameters may be given', () => {
    const other = loadStack(shop, { ...urls, parameters: { Greeting: 'bye' } });
    expect(other.all('AWS::SNS::Topic').map(({ arn }) => arn)).toEqual([
      'arn:aws:sns:us-east-1:000000000000:Shop-Ghost',
    ]);
  });

  test('an asset is found by its S3 key', () => {
    expect(stack.asset('abc123.zip')).toBe(join(shop, 'asset.abc123'));
  });

  test('types that no part of the ground supports are listed', () => {
    const known = stack.types.filter((type) => !type.startsWith('AWS::Neptune'));
    expect(unsupported(stack, known)).toEqual(['AWS::Neptune::DBCluster']);
    expect(unsupported(stack, stack.types)).toEqual([]);
    expect(stack.types).not.toContain('AWS::CDK::Metadata');
  });
});

describe('a template that leads nowhere', () => {
  test('names the resource and the property of an unknown reference', () => {
    const load = () => loadStack(changed('"QUEUE_URL": { "Ref": "Inbox" }', '"QUEUE_URL": { "Ref": "Outbox" }'), urls);
    expect(load).toThrow('Greet (AWS::Lambda::Function) Properties.Environment.Variables.QUEUE_URL');
    expect(load).toThrow('no Outbox in the stack');
  });

  test('names the resource and the property of an unknown attribute', () => {
    const load = () => loadStack(changed('["Items", "StreamArn"]', '["Items", "Colour"]'), urls);
    expect(load).toThrow('Feed (AWS::Lambda::EventSourceMapping) Properties.EventSourceArn');
    expect(load).toThrow('no attribute Colour of Items');
  });

  test('refuses imports from other stacks by name', () => {
    expect(() => loadStack(changed('{ "Ref": "Inbox" }', '{ "Fn::ImportValue": "x" }'), urls)).toThrow(
      'Fn::ImportValue is not supported',
    );
  });

  test('a folder without an assembly says what to do', () => {
    expect(() => loadStack(folder, urls)).toThrow('Run cdk synth first');
  });
});

describe('the number of a version', () => {
  const version = (assembly: string, journal: ReturnType<typeof openJournal>) =>
    loadStack(assembly, { ...urls, versionOf: versionNumbers(journal) });

  test('rises when the code changes, stays when nothing does, and comes back with old code', () => {
    const journal = openJournal(':memory:');
    const newCode = changed('"S3Key": "abc123.zip"', '"S3Key": "def456.zip"');
    const ref = (assembly: string) => version(assembly, journal).find('Version')?.ref.split(':').at(-1);
    expect([ref(shop), ref(shop), ref(newCode), ref(newCode), ref(shop)]).toEqual(['1', '1', '2', '2', '1']);
  });

  test('of a state machine rises with its definition', () => {
    const journal = openJournal(':memory:');
    const ref = (assembly: string) => version(assembly, journal).find('MachineVersion')?.ref.split(':').at(-1);
    expect([ref(shop), ref(changed('"{\\"F\\":\\""', '"{\\"G\\":\\""'))]).toEqual(['1', '2']);
  });
});
