import {
  arn,
  streamArnOf,
  madeUp,
  madeUpId,
  madeUpUuid,
  named,
  namedByArn,
  nameOf,
  refIs,
  textOf,
  withAttributes,
  type Identify,
} from './identity.ts';

const table: Identify = (subject) => {
  const identity = named('TableName', 'dynamodb', 'table/*')(subject);
  return withAttributes(identity, {
    StreamArn: streamArnOf(identity.arn),
    TableId: madeUpUuid(subject),
  });
};

const functionVersion: Identify = (subject) => {
  const full = `${subject.arnOf(textOf(subject, 'FunctionName'))}:${subject.version}`;
  return { ref: full, arn: full, attributes: { Version: String(subject.version), FunctionArn: full } };
};

const functionAlias: Identify = (subject) => {
  const full = `${subject.arnOf(textOf(subject, 'FunctionName'))}:${textOf(subject, 'Name')}`;
  return { ref: full, arn: full, attributes: { AliasArn: full } };
};

const sourceMapping: Identify = (subject) => {
  const id = madeUpUuid(subject);
  const full = arn(subject, 'lambda', `event-source-mapping:${id}`);
  return { ref: id, arn: full, attributes: { Id: id, EventSourceMappingArn: full } };
};

const machine: Identify = (subject) => {
  const identity = namedByArn('StateMachineName', 'states', 'stateMachine:*')(subject);
  return withAttributes(identity, { StateMachineRevisionId: `revision-of-${subject.logicalId}` });
};

const machineVersion: Identify = (subject) => {
  const machineArn =
    textOf(subject, 'StateMachineArn') ||
    subject.arnOf(textOf(subject, 'StateMachineRevisionId').replace(/^revision-of-/, ''));
  const full = `${machineArn}:${subject.version}`;
  return { ref: full, arn: full, attributes: { Arn: full } };
};

const machineAlias: Identify = (subject) => {
  const version = textOf(subject, 'StateMachineVersionArn');
  const full = `${version.replace(/:\d+$/, '')}:${nameOf(subject, 'Name')}`;
  return { ref: full, arn: full, attributes: { Arn: full } };
};

const secret: Identify = (subject) => {
  const full = arn(subject, 'secretsmanager', `secret:${nameOf(subject, 'Name')}-${madeUp(subject, 6)}`);
  return { ref: full, arn: full, attributes: { Id: full } };
};

const bucket: Identify = (subject) => {
  const name = nameOf(subject, 'BucketName').toLowerCase();
  const full = `arn:aws:s3:::${name}`;
  const domain = `${name}.s3.amazonaws.com`;
  return {
    ref: name,
    arn: full,
    attributes: { Arn: full, DomainName: domain, RegionalDomainName: `${name}.s3.${subject.region}.amazonaws.com` },
  };
};

/** What runs and what it keeps: functions, state machines, tables, buckets, secrets, logs and alarms. */
export const computeIdentities: Readonly<Record<string, Identify>> = {
  'AWS::CloudWatch::Alarm': named('AlarmName', 'cloudwatch', 'alarm:*'),
  'AWS::CloudWatch::CompositeAlarm': named('AlarmName', 'cloudwatch', 'alarm:*'),
  'AWS::CloudWatch::Dashboard': refIs('DashboardName'),
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::DynamoDB::Table': table,
  'AWS::KMS::Key': madeUpId('kms', 'key', 'KeyId'),
  'AWS::Lambda::Alias': functionAlias,
  'AWS::Lambda::EventSourceMapping': sourceMapping,
  'AWS::Lambda::Function': named('FunctionName', 'lambda', 'function:*'),
  'AWS::Lambda::Version': functionVersion,
  'AWS::Logs::LogGroup': named('LogGroupName', 'logs', 'log-group:*:*'),
  'AWS::S3::Bucket': bucket,
  'AWS::SSM::Parameter': named('Name', 'ssm', 'parameter/*'),
  'AWS::SecretsManager::Secret': secret,
  'AWS::StepFunctions::StateMachine': machine,
  'AWS::StepFunctions::StateMachineAlias': machineAlias,
  'AWS::StepFunctions::StateMachineVersion': machineVersion,
};
