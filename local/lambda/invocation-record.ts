import type { Json, JsonObject } from '../world.ts';
import { parseFunctionName } from './functions.ts';
import type { Answer } from './sandbox/function-runner.ts';

/** What became of an event that nobody waited for. */
export interface InvocationOutcome {
  readonly requestId: string;
  readonly functionArn: string;
  readonly condition: 'Success' | 'RetriesExhausted' | 'EventAgeExceeded';
  readonly invokeCount: number;
  readonly payload: Json;
  readonly answer: Answer;
}

/**
 * The record a destination receives, `now` in milliseconds.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function invocationRecord(outcome: InvocationOutcome, now: number): JsonObject {
  const { requestId, functionArn, condition, invokeCount, payload, answer } = outcome;
  const { qualifier } = parseFunctionName(functionArn);
  return {
    version: '1.0',
    timestamp: new Date(now).toISOString(),
    requestContext: {
      requestId,
      functionArn: qualifier === undefined ? `${functionArn}:$LATEST` : functionArn,
      condition,
      approximateInvokeCount: invokeCount,
    },
    requestPayload: payload,
    responseContext: {
      statusCode: 200,
      executedVersion: qualifier !== undefined && /^\d+$/.test(qualifier) ? qualifier : '$LATEST',
      ...(answer.error && { functionError: answer.error }),
    },
    responsePayload: answer.payload,
  };
}
