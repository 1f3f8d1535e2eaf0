import { AwsError } from '../world.ts';
import type { WireRequest } from './protocol/wire.ts';

/** The service of an `X-Amz-Target` prefix, for requests without a signature. */
const targets: Readonly<Record<string, string>> = {
  AWSCognitoIdentityProviderService: 'cognito-idp',
  AWSEvents: 'events',
  AWSStepFunctions: 'states',
  AmazonSQS: 'sqs',
  AmazonSSM: 'ssm',
  DynamoDBStreams_20120810: 'dynamodb',
  DynamoDB_20120810: 'dynamodb',
  Logs_20140328: 'logs',
  PinpointSMSVoiceV2: 'sms-voice',
  TrentService: 'kms',
  secretsmanager: 'secretsmanager',
};

export interface Scope {
  readonly accessKeyId: string;
  readonly service: string;
}

/**
 * Who asks which service, from the credential scope of a SigV4 or SigV4a signature. The signature itself is not checked: the front
 * listens on this machine only. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function credentialScope({ headers }: WireRequest): Scope {
  const [, credential = ''] = /Credential=([^,\s]+)/.exec(headers['authorization'] ?? '') ?? [];
  const parts = credential.split('/');
  const service = parts.at(-2);
  if (parts.length >= 4 && service) return { accessKeyId: parts[0] ?? '', service };
  const target = targets[headers['x-amz-target']?.split('.')[0] ?? ''];
  if (target) return { accessKeyId: parts[0] ?? '', service: target };
  throw new AwsError(
    'MissingAuthenticationToken',
    'Missing Authentication Token. Sign with any key, as every AWS SDK does.',
    {
      status: 403,
    },
  );
}
