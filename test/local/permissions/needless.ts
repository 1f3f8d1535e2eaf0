/** Grants that nothing on this ground needs, and why they are there. */
const reasons: readonly (readonly [grant: RegExp, reason: string])[] = [
  [/: logs:(CreateLogStream|PutLogEvents) on /, 'Lambda itself writes what functions print'],
  [/: xray:(PutTelemetryRecords|PutTraceSegments|GetSampling\w+) on /, 'X-Ray traces are taken by AWS only'],
  [/CartAbandonment\w+: logs:\w+ on \*/, 'Step Functions delivers its log on AWS only'],
  [
    /: sqs:(ChangeMessageVisibility|GetQueueUrl) on /,
    'the CDK gives them to every reader of a queue; Lambda needs neither to read one',
  ],
  [
    /^(SignalSignals|JourneyLostRuns)Policy: sqs:(GetQueueAttributes|GetQueueUrl) on /,
    'the CDK gives them to every sender to a queue; EventBridge only sends',
  ],
  [
    /^Api\w+POSTv1(unsubscribe|preferences|confirmations|surveys|switches|bulk)\w+Permission: /,
    'the CDK writes one for each method of a route; both say the same, for any method',
  ],
  [/InboundSmsTopicPolicy: sns:Publish on /, 'End User Messaging publishes what customers text on AWS only'],
  [/^SegmentClock\w+: logs:\w+ on \*/, 'Step Functions delivers its log on AWS only'],
];

export const reasonFor = (grant: string): string | undefined => reasons.find(([pattern]) => pattern.test(grant))?.[1];

/** Reasons that no grant of the template asks for any more. */
export const staleReasons = (grants: readonly string[]): readonly string[] =>
  reasons.filter(([pattern]) => !grants.some((grant) => pattern.test(grant))).map(([, reason]) => reason);
