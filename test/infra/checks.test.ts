import { join } from 'node:path';
import { CfnResource, Stack, Validations } from 'aws-cdk-lib/core';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, it } from 'vitest';
import { segueApp } from '../../infra/app.ts';
import { fixtures, repository, scratch, synthesize } from './synthesized.ts';

delete process.env['CDK_VALIDATION'];

const everyChannel = {
  sending: 'live',
  emailIdentity: 'shop.example',
  emailFrom: 'Shop <hello@shop.example>',
  smsOrigination: 'pool-0123456789abcdef',
  pushApplication: '0123456789abcdef0123456789abcdef',
};
/** What is deployed, with the functions and the journeys of this repository. */
const deployed = {
  functions: join(repository, 'functions'),
  journeys: join(repository, 'state-machines'),
  mappings: join(repository, 'mappings'),
};

describe('cdk-nag (AwsSolutions, Serverless) and CloudFormation Validate', { timeout: 90_000 }, () => {
  it('find nothing in dev as it is deployed without any setting', () => {
    expect(() => synthesize({}, deployed)).not.toThrow();
  });

  it('find nothing in prod with every channel', () => {
    expect(() => synthesize({ stage: 'prod', ...everyChannel }, deployed)).not.toThrow();
  });

  it('find nothing with a login of your own and signals taken in bulk', () => {
    const login = { issuer: 'https://login.example', audience: 'segue' };
    expect(() => synthesize({ stage: 'test', bus: 'signals', intake: 'bulk', ...login })).not.toThrow();
  });

  it('stop the synthesis when they find something', () => {
    const app = segueApp({ ...fixtures, outdir: scratch() });
    const stack = app.node.findChild('Segue-dev') as Stack;
    expect(new Queue(stack, 'Careless')).toBeDefined();
    expect(() => app.synth()).toThrow(/AwsSolutions-SQS4/);
  });

  it('read the template too, not only the constructs', () => {
    const app = segueApp({ ...fixtures, outdir: scratch() });
    const stack = app.node.findChild('Segue-dev') as Stack;
    expect(
      new CfnResource(stack, 'Careless', { type: 'AWS::SQS::Queue', properties: { QueueNam: 'x' } }),
    ).toBeDefined();
    expect(() => app.synth()).toThrow(/QueueNam/);
  });

  it('are told why where a finding does not hold, one resource at a time', () => {
    const app = segueApp({ ...fixtures, outdir: scratch() });
    const acknowledged = app.node
      .findAll()
      .flatMap((construct) =>
        construct.node.metadata
          .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
          .flatMap(({ data }) =>
            Object.entries(data as Record<string, string>).map(([id, reason]) => ({ construct, id, reason })),
          ),
      );
    expect(acknowledged.length).toBeGreaterThan(10);
    expect(acknowledged.filter(({ construct }) => construct instanceof Stack)).toEqual([]);
    expect(acknowledged.filter(({ reason }) => reason.length < 40)).toEqual([]);
  });
});
