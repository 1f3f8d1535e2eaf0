/** One AWS service as a state machine names it and as its API is signed. */
export interface SdkService {
  /** Name in the credential scope, which is the name services of this ground answer to. */
  readonly signing: string;
  /** Prefix of error names: the Java SDK's spelling. */
  readonly errors: string;
  /** APIs whose fields begin in lower case; state machines write them in upper case. */
  readonly camel?: true;
}

/** `arn:aws:states:::aws-sdk:<id>:<operation>`, by id. */
export const SDK_SERVICES: Readonly<Record<string, SdkService>> = {
  cloudwatch: { signing: 'monitoring', errors: 'CloudWatch' },
  dynamodb: { signing: 'dynamodb', errors: 'DynamoDb' },
  eventbridge: { signing: 'events', errors: 'EventBridge' },
  kms: { signing: 'kms', errors: 'Kms' },
  lambda: { signing: 'lambda', errors: 'Lambda' },
  pinpoint: { signing: 'mobiletargeting', errors: 'Pinpoint' },
  pinpointsmsvoicev2: { signing: 'sms-voice', errors: 'PinpointSmsVoiceV2' },
  s3: { signing: 's3', errors: 'S3' },
  scheduler: { signing: 'scheduler', errors: 'Scheduler' },
  secretsmanager: { signing: 'secretsmanager', errors: 'SecretsManager' },
  ses: { signing: 'ses', errors: 'Ses' },
  sesv2: { signing: 'ses', errors: 'SesV2' },
  sfn: { signing: 'states', errors: 'Sfn', camel: true },
  sns: { signing: 'sns', errors: 'Sns' },
  sqs: { signing: 'sqs', errors: 'Sqs' },
  ssm: { signing: 'ssm', errors: 'Ssm' },
};
