import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib/core';
import { Template } from 'aws-cdk-lib/assertions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, it } from 'vitest';
import { SegueFunction } from '../../../infra/parts/segue-function.ts';
import { contacts } from '../../../infra/signal/connect-contacts.ts';
import { InboundSms } from '../../../infra/signal/inbound-sms.ts';
import { MappingRules, mappingsFile } from '../../../infra/signal/mapping-rules.ts';
import { readStage } from '../../../infra/stage.ts';
import { compilePattern } from '../../../local/events/pattern/compile-pattern.ts';
import { compileInput, targetInput } from '../../../local/events/rules/target-input.ts';
import type { Mapping } from '../../../mappings/index.ts';
import type { Resource } from '../synthesized.ts';

const stage = readStage((key) => (key === 'stage' ? 'test' : undefined));

const made = (
  add: (stack: Stack, queues: { signals: Queue; dead: { queue: Queue; maxReceiveCount: number } }) => void,
) => {
  const stack = new Stack(new App(), 'Test');
  const dead = { queue: new Queue(stack, 'Dead'), maxReceiveCount: 5 };
  add(stack, { signals: new Queue(stack, 'Signals'), dead });
  const { Resources } = Template.fromStack(stack).toJSON() as { Resources: Record<string, Resource> };
  return (type: string) => Object.values(Resources).flatMap((one) => (one.Type === type ? [one.Properties] : []));
};

const orders: Mapping = {
  name: 'shop-orders',
  bus: 'aws.partner/shopify.com/123/shop',
  pattern: { 'detail-type': ['shopifyWebhook'], detail: { total: [{ numeric: ['>', 0] }] } },
  signal: 'detail',
};

describe('a mapping', () => {
  const resources = made((stack, queues) => {
    const mappings = [orders, { ...orders, name: 'stripe', bus: 'default' }];
    return new MappingRules(stack, 'Mappings', { mappings, ownBus: 'segue', ...queues });
  });
  const [partner, own] = resources('AWS::Events::Rule');

  it('is a rule on the bus its events arrive on, with its pattern as it was written', () => {
    expect(partner).toMatchObject({ EventBusName: orders.bus, EventPattern: orders.pattern });
    expect(own).not.toHaveProperty('EventBusName');
    expect(
      compilePattern(JSON.stringify(partner!['EventPattern']))({
        'detail-type': 'shopifyWebhook',
        detail: { total: 1 },
      }),
    ).toBe(true);
  });

  it('hands the whole event on, with its name', () => {
    const [target] = partner!['Targets'];
    expect(target.DeadLetterConfig.Arn['Fn::GetAtt'][0]).toMatch(/^Dead/);
    const { InputTransformer } = target;
    const given = { id: 'e-1', detail: { text: 'a "quoted" line\nand <mapping>', total: 1 } };
    const text = compileInput(targetInput.parse({ InputTransformer }))!(given, { name: 'r', arn: 'a', ingestedAt: '' });
    expect(JSON.parse(text)).toEqual({ mapping: 'shop-orders', event: given });
  });

  it('may send to the signals queue, and no other rule may in its place', () => {
    const [policy] = resources('AWS::SQS::QueuePolicy').filter(({ Queues }) => Queues[0].Ref.startsWith('Signals'));
    const allowed = policy!['PolicyDocument'].Statement.map(({ Condition }: { Condition: object }) =>
      JSON.stringify(Condition),
    );
    expect(
      allowed.filter((condition: string) => /"aws:SourceArn":\{"Fn::GetAtt":\["Mappings\w+","Arn"\]\}/.test(condition)),
    ).toHaveLength(2);
  });

  it('goes into a file beside ingest-signal', () => {
    const folder = mkdtempSync(join(tmpdir(), 'segue-beside-'));
    const files = { 'mappings.json': mappingsFile([orders]) };
    const props = {
      stage,
      bundle: new Map([['ingest-signal', folder]]),
      description: '',
      failures: '',
      environment: {},
    };
    made((stack) => new SegueFunction(stack, 'IngestSignal', { ...props, timeout: Duration.seconds(1), files }));
    expect(JSON.parse(readFileSync(join(folder, 'mappings.json'), 'utf8'))).toEqual({ 'shop-orders': 'detail' });
  });

  it('cannot listen on our own bus, where everything is a signal already', () => {
    const own = { mappings: [{ ...orders, bus: 'segue' }], ownBus: 'segue' };
    expect(() => made((stack, queues) => new MappingRules(stack, 'Mappings', { ...own, ...queues }))).toThrow(
      /mappings\/shop-orders\.yaml: everything on the bus segue/,
    );
  });
});

describe('what customers text', () => {
  const resources = made((stack, queues) => new InboundSms(stack, 'InboundSms', { stage, ...queues }));

  it('is published by End User Messaging of this account only, over TLS', () => {
    const [{ PolicyDocument } = {}] = resources('AWS::SNS::TopicPolicy');
    expect(PolicyDocument.Statement).toEqual([
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'sms-voice.amazonaws.com' },
        Resource: { Ref: 'InboundSms' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
    ]);
  });

  it('goes to the signals queue, and what cannot to its dead letters', () => {
    expect(resources('AWS::SNS::Topic')).toEqual([expect.objectContaining({ TopicName: 'segue-test-inbound-sms' })]);
    expect(resources('AWS::SNS::Subscription')).toEqual([
      expect.objectContaining({
        Protocol: 'sqs',
        RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [expect.stringMatching(/^Dead/), 'Arn'] } },
      }),
    ]);
  });
});

describe('contacts of Amazon Connect', () => {
  const instance = 'arn:aws:connect:us-east-1:123456789012:instance/12345678-1234-1234-1234-123456789012';

  it('are signals of the one instance that is named, however Connect spells it', () => {
    const [rule] = made((stack, queues) => contacts(stack, instance, queues))('AWS::Events::Rule');
    const matches = compilePattern(JSON.stringify(rule!['EventPattern']));
    const event = (detail: Record<string, string>) => ({
      source: 'aws.connect',
      'detail-type': 'Amazon Connect Contact Event',
      detail,
    });
    expect(matches(event({ instanceArn: instance }))).toBe(true);
    expect(matches(event({ InstanceArn: instance }))).toBe(true);
    expect(matches(event({ instanceArn: instance.replace('12345678-', '00000000-') }))).toBe(false);
  });

  it('are none where no instance is named', () => {
    expect(made((stack, queues) => contacts(stack, undefined, queues))('AWS::Events::Rule')).toEqual([]);
  });
});
