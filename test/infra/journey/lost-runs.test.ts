import { describe, expect, it } from 'vitest';
import { ofType, readable, scratch, synthesize } from '../synthesized.ts';

const dev = synthesize();
const mine = 'arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:stateMachine:segue-dev-spring-sale';
const onDeath = (from: typeof dev) =>
  ofType(from, 'AWS::Events::Rule')
    .map(([, { Properties }]) => Properties)
    .filter(({ EventPattern }) => EventPattern.source[0] === 'aws.states');

describe('a run whose execution died', () => {
  it('is closed, whatever it died of, and no run of somebody else’s machine is', () => {
    const rules = onDeath(dev);
    expect(rules).toHaveLength(1);
    const { EventBusName, EventPattern, Targets } = rules[0]!;
    expect(EventBusName).toBeUndefined();
    expect(EventPattern).toEqual({
      source: ['aws.states'],
      'detail-type': ['Step Functions Execution Status Change'],
      detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'], stateMachineArn: [expect.anything()] },
    });
    expect(readable(EventPattern.detail.stateMachineArn[0])).toBe(mine);
    expect(Targets).toEqual([expect.objectContaining({ Arn: { 'Fn::GetAtt': ['LostRuns', 'Arn'] } })]);
  });

  it('is closed with up to nine others, and comes again alone when that fails', () => {
    const [, { Properties }] = ofType(dev, 'AWS::Lambda::EventSourceMapping').find(
      ([, { Properties }]) => Properties['FunctionName'].Ref === 'CloseRun',
    )!;
    expect(Properties).toMatchObject({
      EventSourceArn: { 'Fn::GetAtt': ['LostRuns', 'Arn'] },
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  it('cannot be where there is no journey, and nothing listens for it', () => {
    expect(onDeath(synthesize({}, { journeys: scratch() }))).toEqual([]);
  });
});
