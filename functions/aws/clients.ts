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

/**
 * What every client is made with. A host that runs the functions in its own process may hand them a transport under this
 * symbol; on Lambda nobody does, and the SDK's own goes over HTTPS.
 */
const fromHost = (): object => ({ ...Reflect.get(globalThis, Symbol.for('aws-sdk.client-defaults')) });

/** Such a host may also put its own way to send in place of the client's, by a function under this symbol. */
const lent = <C extends object>(client: C): C => {
  const lend: unknown = Reflect.get(globalThis, Symbol.for('aws-sdk.client-made'));
  if (typeof lend === 'function') lend(client);
  return client;
};

export const dynamodb = /* @__PURE__ */ once(() => lent(new DynamoDBClient(fromHost())));
export const eventbridge = /* @__PURE__ */ once(() => lent(new EventBridgeClient(fromHost())));
export const secrets = /* @__PURE__ */ once(() => lent(new SecretsManagerClient(fromHost())));
export const sfn = /* @__PURE__ */ once(() => lent(new SFNClient(fromHost())));
export const sqs = /* @__PURE__ */ once(() => lent(new SQSClient(fromHost())));

/** Neither SES nor SMS nor push has an idempotency token: a retry by the SDK could send twice, so each call is made once. */
const sendsOnce = { maxAttempts: 1 };
export const ses = /* @__PURE__ */ once(() => lent(new SESClient({ ...fromHost(), ...sendsOnce })));
export const sms = /* @__PURE__ */ once(() => lent(new PinpointSMSVoiceV2Client({ ...fromHost(), ...sendsOnce })));
export const pinpoint = /* @__PURE__ */ once(() => lent(new PinpointClient({ ...fromHost(), ...sendsOnce })));
