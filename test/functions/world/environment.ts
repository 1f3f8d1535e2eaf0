/**
 * What the functions find in their environment. Imported before any of them: they read it when they are loaded, and the
 * clients when they are first used.
 */
export const tables = { log: 'Log', state: 'State' } as const;
export const refoldQueue = 'https://sqs.eu-central-1.amazonaws.com/000000000000/segue-test-refolds';
export const entriesQueue = 'https://sqs.eu-central-1.amazonaws.com/000000000000/segue-test-entries';
export const claimsQueue = 'https://sqs.eu-central-1.amazonaws.com/000000000000/segue-test-claims';
export const customerKey = 'a key that only tests know';

Object.assign(process.env, {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  POWERTOOLS_LOG_LEVEL: 'SILENT',
  POWERTOOLS_METRICS_DISABLED: 'true',
  POWERTOOLS_METRICS_NAMESPACE: 'Segue',
  POWERTOOLS_SERVICE_NAME: 'test',
  LOG_TABLE: tables.log,
  STATE_TABLE: tables.state,
  REFOLD_QUEUE_URL: refoldQueue,
  ENTRIES_QUEUE_URL: entriesQueue,
  CLAIMS_QUEUE_URL: claimsQueue,
  OCCASIONS_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/000000000000/segue-test-occasions',
  KEY_SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:key',
  STAGE: 'test',
  BUS_NAME: 'segue',
  ANNOUNCE: 'off',
  CHANNELS: 'email,sms',
  CONFIRM: 'newsletter',
  SENDING: 'live',
  ALLOW_LIST: '',
  EMAIL_FROM: 'Shop <hello@shop.example>',
  CONFIGURATION_SET: 'segue-test',
  SMS_ORIGINATION: 'pool-1',
  PUSH_APPLICATION: 'app-1',
  PUBLIC_URL: 'https://api.shop.example',
  BRAND_NAME: 'Shop',
  BRAND_URL: 'https://shop.example',
  BRAND_ADDRESS: '1 High Street, London',
});
