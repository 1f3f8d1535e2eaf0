/**
 * List prices in USD without free tiers, read in November 2026; the date of each is when its source was last seen.
 * Change them here, and every proof follows.
 */
export const prices = {
  region: 'us-east-1',
  readOn: '2026-11-25',
  /** Step Functions Standard, per state transition. 2024-07-01. @see https://aws.amazon.com/step-functions/pricing/ */
  transition: 25e-6,
  /** Lambda, per request and per GB-second on arm64. 2024-07-01. @see https://aws.amazon.com/lambda/pricing/ */
  lambdaRequest: 0.2e-6,
  lambdaGbSecond: 13.3334e-6,
  /** CloudWatch Logs, per GB taken in. 2024-07-01. @see https://aws.amazon.com/cloudwatch/pricing/ */
  logGb: 0.5,
  /** DynamoDB on demand, per unit of 1 KB written and 4 KB read. 2024-11-15. @see https://aws.amazon.com/dynamodb/pricing/on-demand/ */
  write: 0.625e-6,
  read: 0.125e-6,
  /** EventBridge, per event of 64 KB, and SQS, per request. 2024-07-01. @see https://aws.amazon.com/eventbridge/pricing/ */
  event: 1e-6,
  queueRequest: 0.4e-6,
  /** SES, per email on the plan new accounts have (`Essentials`); à la carte it is 0.10 per 1,000. 2026-07-21. @see https://aws.amazon.com/ses/pricing/ */
  email: 0.16e-3,
  /**
   * SMS, per part with the carrier's fee, by country (ISO 3166). US toll-free, 2026-08-29. A country that is not here has no
   * price that was read from its source: proofs say so, and count none. @see https://aws.amazon.com/end-user-messaging/pricing/
   */
  smsPart: { US: 0.00883 },
  /** Pinpoint push, per message. 2026-08-29. @see https://aws.amazon.com/pinpoint/pricing/ */
  push: 1e-6,
} as const;
