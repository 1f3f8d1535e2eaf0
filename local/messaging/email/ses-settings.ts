import * as z from 'zod';
import { declared, flag, json, lastPart } from '../../events/operation.ts';
import type { Stack } from '../../world.ts';

const identity = z.looseObject({ EmailIdentity: z.string() });
const configurationSet = z.looseObject({
  SendingOptions: z.object({ SendingEnabled: flag.default(true) }).prefault({}),
  SuppressionOptions: z.object({ SuppressedReasons: z.array(z.string()).optional() }).optional(),
});
const destination = z.strictObject({
  ConfigurationSetName: z.string(),
  EventDestination: z.object({
    Name: z.string().optional(),
    Enabled: flag.default(false),
    MatchingEventTypes: z.array(z.string()),
    EventBridgeDestination: z.object({ EventBusArn: z.string() }).optional(),
    SnsDestination: z.object({ TopicARN: z.string() }).optional(),
    CloudWatchDestination: json.optional(),
    KinesisFirehoseDestination: json.optional(),
  }),
});

export type Identity = { readonly name: string; readonly arn: string };
export type EventDestination = {
  /** `SEND`, `DELIVERY`, `DELIVERYDELAY` …: upper case without underscores. */
  readonly types: ReadonlySet<string>;
  readonly bus?: string;
  readonly topicArn?: string;
};
export type ConfigurationSet = {
  readonly name: string;
  readonly arn: string;
  readonly mayUse: boolean;
  /** Whose addresses go to the account's suppression list: `BOUNCE`, `COMPLAINT`. */
  readonly suppresses: ReadonlySet<string>;
  readonly destinations: readonly EventDestination[];
};

/** Templates and the API spell event types differently: `deliveryDelay`, `DELIVERY_DELAY`. */
export const eventType = (text: string): string => text.replaceAll('_', '').toUpperCase();

/** The identities and configuration sets of the template, with the destinations of their events. */
export const sesSettings = (stack: Stack) => {
  const identities: readonly Identity[] = declared(stack, 'AWS::SES::EmailIdentity', identity).map((one) => ({
    name: one.properties.EmailIdentity.toLowerCase(),
    arn: one.resource.arn,
  }));
  const destinations = declared(stack, 'AWS::SES::ConfigurationSetEventDestination', destination);
  const sets = declared(stack, 'AWS::SES::ConfigurationSet', configurationSet).map(
    ({ resource, properties }): ConfigurationSet => ({
      name: lastPart(resource.arn),
      arn: resource.arn,
      mayUse: properties.SendingOptions.SendingEnabled,
      suppresses: new Set(properties.SuppressionOptions?.SuppressedReasons ?? ['BOUNCE', 'COMPLAINT']),
      destinations: destinations
        .filter((one) => lastPart(one.properties.ConfigurationSetName) === lastPart(resource.arn))
        .map((one) => one.properties.EventDestination)
        .filter(({ Enabled }) => Enabled)
        .map(destinationOf),
    }),
  );
  return {
    /** The identity an address may be used with: its own, else its domain's or a domain's above. */
    identityOf(address: string): Identity | undefined {
      const [, domain = ''] = address.toLowerCase().split('@');
      const labels = domain.split('.');
      const names = [address.toLowerCase(), ...labels.map((_, index) => labels.slice(index).join('.'))];
      return names.flatMap((name) => identities.find((one) => one.name === name) ?? [])[0];
    },
    set: (name: string): ConfigurationSet | undefined => sets.find((one) => one.name === lastPart(name)),
  };
};
export type SesSettings = ReturnType<typeof sesSettings>;

const destinationOf = (given: z.output<typeof destination>['EventDestination']): EventDestination => ({
  types: new Set(given.MatchingEventTypes.map(eventType)),
  ...(given.EventBridgeDestination === undefined ? {} : { bus: lastPart(given.EventBridgeDestination.EventBusArn) }),
  ...(given.SnsDestination === undefined ? {} : { topicArn: given.SnsDestination.TopicARN }),
});
