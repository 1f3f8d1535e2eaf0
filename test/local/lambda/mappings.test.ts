import { describe, expect, test } from 'vitest';
import { compilePattern } from '../../../local/events/pattern/compile-pattern.ts';
import { checkVisibility } from '../../../local/lambda/sources/check-mapping.ts';
import { mappingOf } from '../../../local/lambda/sources/mapping.ts';
import type { JsonObject } from '../../../local/world.ts';

const matches = (pattern: JsonObject, event: unknown) => compilePattern(pattern)(event as JsonObject);
const mapping = (properties: JsonObject) =>
  mappingOf({ logicalId: 'Feed', type: 'AWS::Lambda::EventSourceMapping', ref: 'id', arn: 'arn', properties }, matches);

const queue = { FunctionName: 'take', EventSourceArn: 'arn:aws:sqs:us-east-1:000000000000:inbox' };
const stream = {
  FunctionName: 'take',
  EventSourceArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/s',
  StartingPosition: 'TRIM_HORIZON',
};
const filter = (Pattern: string) => ({ FilterCriteria: { Filters: [{ Pattern }] } });

describe('a mapping', () => {
  test('has the defaults of AWS', () => {
    expect(mapping(queue)).toMatchObject({ batchSize: 10, windowMs: 0, maximumConcurrency: 5 });
    expect(mapping(stream)).toMatchObject({
      batchSize: 100,
      windowMs: 0,
      maximumRetries: -1,
      maximumAgeMs: -1000,
      bisects: false,
      parallelization: 1,
    });
  });

  test.each([
    ['a batch over 10 with a window', { ...queue, BatchSize: 10_000, MaximumBatchingWindowInSeconds: 1 }],
    ['the least concurrency', { ...queue, ScalingConfig: { MaximumConcurrency: 2 } }],
    [
      'the most of a stream',
      { ...stream, BatchSize: 10_000, ParallelizationFactor: 10, MaximumRecordAgeInSeconds: 60 },
    ],
    ['no end of retries', { ...stream, MaximumRetryAttempts: -1, MaximumRecordAgeInSeconds: -1 }],
    ['a filter', { ...queue, ...filter('{"body":{"kind":["order"]}}') }],
  ])('with %s is made', (...[, properties]) => {
    expect(mapping(properties)).toBeDefined();
  });

  test.each([
    [
      'a batch over 10 without a window',
      { ...queue, BatchSize: 11 },
      'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10',
    ],
    ['an empty batch', { ...queue, BatchSize: 0 }, 'BatchSize'],
    ['a batch over 10,000', { ...queue, BatchSize: 10_001, MaximumBatchingWindowInSeconds: 1 }, 'BatchSize'],
    ['a window over 5 minutes', { ...queue, MaximumBatchingWindowInSeconds: 301 }, 'MaximumBatchingWindowInSeconds'],
    ['a concurrency of 1', { ...queue, ScalingConfig: { MaximumConcurrency: 1 } }, 'MaximumConcurrency'],
    ['a concurrency of 1,001', { ...queue, ScalingConfig: { MaximumConcurrency: 1_001 } }, 'MaximumConcurrency'],
    ['bisecting a queue', { ...queue, BisectBatchOnFunctionError: true }, 'Unsupported BisectBatchOnFunctionError'],
    ['a place in a queue', { ...queue, StartingPosition: 'LATEST' }, 'Unsupported StartingPosition'],
    ['a failure destination of a queue', { ...queue, DestinationConfig: {} }, 'Unsupported DestinationConfig'],
    ['a first-in-first-out queue', { ...queue, EventSourceArn: `${queue.EventSourceArn}.fifo` }, 'FIFO'],
    ['no place in a stream', { FunctionName: 'take', EventSourceArn: stream.EventSourceArn }, 'startingPosition'],
    ['a concurrency of a stream', { ...stream, ScalingConfig: { MaximumConcurrency: 5 } }, 'Unsupported ScalingConfig'],
    ['a factor of 11', { ...stream, ParallelizationFactor: 11 }, 'ParallelizationFactor'],
    ['a factor of 0', { ...stream, ParallelizationFactor: 0 }, 'ParallelizationFactor'],
    ['an age under a minute', { ...stream, MaximumRecordAgeInSeconds: 59 }, 'MaximumRecordAgeInSeconds'],
    ['an age over a week', { ...stream, MaximumRecordAgeInSeconds: 604_801 }, 'MaximumRecordAgeInSeconds'],
    ['too many retries', { ...stream, MaximumRetryAttempts: 10_001 }, 'MaximumRetryAttempts'],
    ['a tumbling window', { ...stream, TumblingWindowInSeconds: 30 }, 'TumblingWindowInSeconds is not supported'],
    [
      'a function as failure destination',
      { ...stream, DestinationConfig: { OnFailure: { Destination: 'arn:aws:lambda:x' } } },
      'invalid',
    ],
    ['a filter that is no JSON', { ...queue, ...filter('{') }, 'Invalid filter pattern definition.'],
    ['a filter that is no pattern', { ...queue, ...filter('{"body":1}') }, 'Invalid filter pattern definition.'],
    ['a property that is none', { ...queue, Colour: 'red' }, 'Colour'],
  ])('with %s is refused by name, even when it is switched off', (...[, properties, message]) => {
    const make = () => mapping({ ...properties, Enabled: false });
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ code: 'InvalidParameterValueException' }));
    expect(make).toThrow('Feed');
  });

  test('of a queue that hands messages out again before its function is done is refused', () => {
    checkVisibility('Feed', 60, 60);
    expect(() => checkVisibility('Feed', 30, 60)).toThrow(
      'Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds',
    );
  });
});
