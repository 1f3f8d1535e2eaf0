import * as z from 'zod';
import { declared, flag, lastPart } from '../../events/operation.ts';
import type { Stack } from '../../world.ts';

const phoneNumber = z.looseObject({
  OptOutListName: z.string().default('Default'),
  SelfManagedOptOutsEnabled: flag.default(false),
  TwoWay: z
    .looseObject({ Enabled: flag, ChannelArn: z.string().optional(), ChannelRole: z.string().optional() })
    .optional(),
});
const sender = z.looseObject({ SenderId: z.string() });
const pool = z.looseObject({ OptOutListName: z.string().default('Default') });
const topicPolicy = z.looseObject({
  Topics: z.array(z.string()),
  PolicyDocument: z.looseObject({ Statement: z.array(z.looseObject({ Principal: z.unknown() })) }),
});
const configurationSet = z.looseObject({
  EventDestinations: z
    .array(
      z.looseObject({
        Enabled: flag,
        MatchingEventTypes: z.array(z.string()),
        SnsDestination: z.object({ TopicArn: z.string() }).optional(),
      }),
    )
    .default([]),
});

/** A phone number, pool or sender id messages come from. */
export type Origination = {
  readonly arn: string;
  /** What a recipient sees, and may reply to. */
  readonly shown: string;
  readonly names: readonly string[];
  readonly optOutList: string;
  readonly managesOptOuts: boolean;
  readonly replies?: { readonly topicArn: string; readonly roleArn?: string };
};
export type SmsSet = { readonly name: string; readonly arn: string; readonly topics: readonly SmsTopic[] };
export type SmsTopic = { readonly arn: string; readonly types: ReadonlySet<string> };

/** The account's own first number: a template cannot choose the digits. */
const NUMBER = '+12065550100';

/** The originations and configuration sets of the template. */
export const smsSettings = (stack: Stack) => {
  const numbers = declared(stack, 'AWS::SMSVOICE::PhoneNumber', phoneNumber).map(
    ({ resource, properties }): Origination => {
      const { TwoWay } = properties;
      const topic = TwoWay?.Enabled === true ? TwoWay.ChannelArn : undefined;
      const role = TwoWay?.ChannelRole;
      return {
        ...base(resource.arn, NUMBER, [resource.ref, NUMBER, NUMBER.slice(1)]),
        optOutList: lastPart(properties.OptOutListName),
        managesOptOuts: !properties.SelfManagedOptOutsEnabled,
        ...(topic === undefined
          ? {}
          : { replies: { topicArn: topic, ...(role === undefined ? {} : { roleArn: role }) } }),
      };
    },
  );
  const senders = declared(stack, 'AWS::SMSVOICE::SenderId', sender).map(({ resource, properties }) =>
    base(resource.arn, properties.SenderId, [properties.SenderId, resource.ref]),
  );
  const pools = declared(stack, 'AWS::SMSVOICE::Pool', pool).map(({ resource, properties }) => ({
    ...base(resource.arn, numbers[0]?.shown ?? NUMBER, [resource.ref]),
    ...(numbers[0]?.replies === undefined ? {} : { replies: numbers[0].replies }),
    optOutList: lastPart(properties.OptOutListName),
  }));
  const originations: readonly Origination[] = [...numbers, ...senders, ...pools];
  const sets = declared(stack, 'AWS::SMSVOICE::ConfigurationSet', configurationSet).map(
    ({ resource, properties }): SmsSet => ({
      name: lastPart(resource.arn),
      arn: resource.arn,
      topics: properties.EventDestinations.flatMap(({ Enabled, MatchingEventTypes, SnsDestination }) =>
        Enabled && SnsDestination !== undefined
          ? [{ arn: SnsDestination.TopicArn, types: new Set(MatchingEventTypes) }]
          : [],
      ),
    }),
  );
  return {
    set: (name: string) => sets.find((one) => one.name === lastPart(name)),
    /** The origination of this name or ARN. A template that declares none lets any name through. */
    origination(identity: string | undefined): Origination | undefined {
      if (identity === undefined) return originations[0];
      const found = originations.find(({ arn, names }) => arn === identity || names.includes(identity));
      return found ?? (originations.length === 0 ? base(guessedArn(stack, identity), identity, [identity]) : undefined);
    },
    /** The origination a recipient sees as this sender. */
    shownAs: (shown: string): Origination | undefined =>
      originations.find((one) => one.shown === shown) ??
      (originations.length === 0 ? registered(stack, shown) : undefined),
  };
};
export type SmsSettings = ReturnType<typeof smsSettings>;

/**
 * A number that was registered by hand and stands in no template. Where its replies go was said by hand, too: here they go to
 * the one topic that lets End User Messaging publish.
 */
const registered = (stack: Stack, shown: string): Origination | undefined => {
  const open = declared(stack, 'AWS::SNS::TopicPolicy', topicPolicy).flatMap(({ properties }) =>
    properties.PolicyDocument.Statement.some(({ Principal }) =>
      JSON.stringify(Principal ?? '').includes('"sms-voice.amazonaws.com"'),
    )
      ? properties.Topics
      : [],
  );
  const [topicArn, ...more] = new Set(open);
  return topicArn === undefined || more.length > 0
    ? undefined
    : { ...base(guessedArn(stack, shown), shown, [shown]), replies: { topicArn } };
};

const base = (arn: string, shown: string, names: readonly string[]): Origination => ({
  arn,
  shown,
  names,
  optOutList: 'Default',
  managesOptOuts: true,
});

const guessedArn = ({ region, account }: Stack, identity: string): string => {
  if (identity.startsWith('arn:')) return identity;
  const kind = identity.startsWith('pool-')
    ? 'pool'
    : /^(\+?\d+|phone-.*)$/.test(identity)
      ? 'phone-number'
      : 'sender-id';
  return `arn:aws:sms-voice:${region}:${account}:${kind}/${identity.replace('+', '')}`;
};
