import { textOr } from '../json.ts';
import {
  arn,
  madeUp,
  madeUpId,
  madeUpUuid,
  named,
  namedByArn,
  nameOf,
  textOf,
  withAttributes,
  type Identify,
} from './identity.ts';

const queue: Identify = (subject) => {
  const suffix = subject.properties['FifoQueue'] === true && !('QueueName' in subject.properties) ? '.fifo' : '';
  const name = nameOf(subject, 'QueueName') + suffix;
  const url = `${subject.awsUrl}/${subject.account}/${name}`;
  const full = arn(subject, 'sqs', name);
  return { ref: url, arn: full, attributes: { Arn: full, QueueName: name, QueueUrl: url } };
};

const topic: Identify = (subject) => {
  const identity = namedByArn('TopicName', 'sns', '*')(subject);
  return withAttributes(identity, { TopicArn: identity.arn });
};

const subscription: Identify = (subject) => {
  const full = `${textOf(subject, 'TopicArn')}:${madeUpUuid(subject)}`;
  return { ref: full, arn: full, attributes: { Arn: full } };
};

/** A rule on another bus than `default` has the bus in its ARN and its `Ref`. */
const rule: Identify = (subject) => {
  const name = nameOf(subject, 'Name');
  const bus = textOr(subject.properties['EventBusName'], 'default').replace(/^.*event-bus\//, '');
  const full = arn(subject, 'events', bus === 'default' ? `rule/${name}` : `rule/${bus}/${name}`);
  return { ref: bus === 'default' ? name : `${bus}|${name}`, arn: full, attributes: { Arn: full } };
};

const bus: Identify = (subject) => {
  const identity = named('Name', 'events', 'event-bus/*')(subject);
  return withAttributes(identity, { Name: identity.ref });
};

const emailIdentity: Identify = (subject) => {
  const identity = named('EmailIdentity', 'ses', 'identity/*')(subject);
  const tokens = [1, 2, 3].map((n) => `${madeUp(subject, 8)}${n}`);
  return withAttributes(
    identity,
    Object.fromEntries(
      tokens.flatMap((token, index) => [
        [`DkimDNSTokenName${index + 1}`, `${token}._domainkey.${identity.ref}`],
        [`DkimDNSTokenValue${index + 1}`, `${token}.dkim.amazonses.com`],
      ]),
    ),
  );
};

const phoneNumber: Identify = (subject) =>
  withAttributes(madeUpId('sms-voice', 'phone-number', 'PhoneNumberId')(subject), { PhoneNumber: '+12065550100' });

const senderId: Identify = (subject) => {
  const [name, country] = [textOf(subject, 'SenderId'), textOf(subject, 'IsoCountryCode')];
  const full = arn(subject, 'sms-voice', `sender-id/${name}/${country}`);
  return { ref: `${name}|${country}`, arn: full, attributes: { Arn: full } };
};

const schedule: Identify = (subject) =>
  named('Name', 'scheduler', `schedule/${textOr(subject.properties['GroupName'], 'default')}/*`)(subject);

/** How things reach one another and people: queues, topics, buses, schedules, email, SMS and push. */
export const contactIdentities: Readonly<Record<string, Identify>> = {
  'AWS::Events::Archive': named('ArchiveName', 'events', 'archive/*'),
  'AWS::Events::EventBus': bus,
  'AWS::Events::Rule': rule,
  'AWS::Pinpoint::App': madeUpId('mobiletargeting', 'apps', 'ApplicationId'),
  'AWS::SES::ConfigurationSet': named('Name', 'ses', 'configuration-set/*'),
  'AWS::SES::EmailIdentity': emailIdentity,
  'AWS::SES::Template': named('TemplateName', 'ses', 'template/*'),
  'AWS::SMSVOICE::ConfigurationSet': named('ConfigurationSetName', 'sms-voice', 'configuration-set/*'),
  'AWS::SMSVOICE::OptOutList': named('OptOutListName', 'sms-voice', 'opt-out-list/*'),
  'AWS::SMSVOICE::PhoneNumber': phoneNumber,
  'AWS::SMSVOICE::Pool': madeUpId('sms-voice', 'pool', 'PoolId'),
  'AWS::SMSVOICE::ProtectConfiguration': madeUpId('sms-voice', 'protect-configuration', 'ProtectConfigurationId'),
  'AWS::SMSVOICE::SenderId': senderId,
  'AWS::SNS::Subscription': subscription,
  'AWS::SNS::Topic': topic,
  'AWS::SQS::Queue': queue,
  'AWS::Scheduler::Schedule': schedule,
  'AWS::Scheduler::ScheduleGroup': named('Name', 'scheduler', 'schedule-group/*'),
};
