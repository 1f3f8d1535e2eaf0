import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { PinpointClient } from '@aws-sdk/client-pinpoint';
import { PinpointSMSVoiceV2Client } from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESClient } from '@aws-sdk/client-ses';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';

/**
 * Made at first use and kept for the life of the function: region, credentials and endpoint come from its environment.
 * Marked pure, so that a bundle carries only the clients its function uses.
 */
const once = <T>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => (made ??= make());
};

export const dynamodb = /* @__PURE__ */ once(() => new DynamoDBClient({}));
export const eventbridge = /* @__PURE__ */ once(() => new EventBridgeClient({}));
export const secrets = /* @__PURE__ */ once(() => new SecretsManagerClient({}));
export const sfn = /* @__PURE__ */ once(() => new SFNClient({}));
export const sqs = /* @__PURE__ */ once(() => new SQSClient({}));

/** Neither SES nor SMS nor push has an idempotency token: a retry by the SDK could send twice, so each call is made once. */
const sendsOnce = { maxAttempts: 1 };
export const ses = /* @__PURE__ */ once(() => new SESClient(sendsOnce));
export const sms = /* @__PURE__ */ once(() => new PinpointSMSVoiceV2Client(sendsOnce));
export const pinpoint = /* @__PURE__ */ once(() => new PinpointClient(sendsOnce));
