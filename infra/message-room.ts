import { CfnOutput, Stack } from 'aws-cdk-lib/core';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  ConfigurationSet,
  EmailIdentity,
  EmailSendingEvent,
  EventDestination,
  Identity,
  SuppressionReasons,
} from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import type { SegueFunction } from './parts/segue-function.ts';
import type { EmailSender, Stage } from './stage.ts';

/** What a channel's name is in a journey, and the context key that configures it. */
export const contextKeyOfChannel = { email: 'emailIdentity', sms: 'smsOrigination', push: 'pushApplication' } as const;
export type Channel = keyof typeof contextKeyOfChannel;

/** That SES took a message is what it answered: the ledger has it. Everything that becomes of it later is told. */
const told = Object.values(EmailSendingEvent).filter((event) => event !== EmailSendingEvent.SEND);

/**
 * What do we say, and how? Who may be sent to, from which sender, with which of the account's channels. The phone number
 * and the push application are yours: they are registered by people, over days, and outlive any stack.
 */
export class MessageRoom extends Construct {
  /** The channels this stage has. */
  readonly channels: readonly Channel[];
  readonly configurationSet: string;
  private readonly stage: Stage;
  private readonly emails: ConfigurationSet;

  constructor(scope: Construct, id: string, stage: Stage) {
    super(scope, id);
    this.stage = stage;
    this.configurationSet = `segue-${stage.name}`;
    this.channels = [
      ...(stage.email ? (['email'] as const) : []),
      ...(stage.smsOrigination ? (['sms'] as const) : []),
      ...(stage.pushApplication ? (['push'] as const) : []),
    ];
    this.emails = new ConfigurationSet(this, 'Emails', {
      configurationSetName: this.configurationSet,
      reputationMetrics: true,
      suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
    });
    this.emails.addEventDestination('ToEventBridge', {
      configurationSetEventDestinationName: 'eventbridge',
      events: told,
      // SES speaks to the default bus only.
      destination: EventDestination.eventBus(EventBus.fromEventBusName(this, 'DefaultBus', 'default')),
    });
    if (stage.email && !stage.email.exists) this.verify(stage.email.identity);
  }

  /** What a function that sends must know. */
  get environment() {
    const { sending, allowList, email, pushApplication, brand, smsRules } = this.stage;
    return {
      SENDING: sending,
      ALLOW_LIST: allowList.join(','),
      EMAIL_FROM: email?.from ?? '',
      CONFIGURATION_SET: this.configurationSet,
      SMS_ORIGINATION: this.smsArn ?? '',
      SMS_CONFIGURATION_SET: smsRules.configurationSet,
      SMS_PROTECT_CONFIGURATION: smsRules.protectConfiguration,
      SMS_MAX_PRICE: smsRules.maxPrice,
      PUSH_APPLICATION: pushApplication ?? '',
      BRAND_NAME: brand.name,
      BRAND_URL: brand.url,
      BRAND_ADDRESS: brand.address,
    } as const;
  }

  /** Lets a function send on the channels that are configured, from their senders only. */
  allowSending(sender: SegueFunction): void {
    const { email, pushApplication } = this.stage;
    if (email) this.allowEmail(sender, email);
    if (this.smsArn) sender.allow(['sms-voice:SendTextMessage'], this.smsArn, ...this.smsRuleArns());
    if (pushApplication) {
      sender.allow(['mobiletargeting:SendMessages'], this.arn('mobiletargeting', `apps/${pushApplication}/messages`));
    }
  }

  /**
   * SES authorises more identities than the one the stage names: in its sandbox those of the recipients, and a sender
   * address that was verified beside its domain. What stays fixed is the address that is sent from.
   * @see https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html
   */
  private allowEmail(sender: SegueFunction, { address }: EmailSender): void {
    const identities = this.arn('ses', 'identity/*');
    sender.addToRolePolicy(
      new PolicyStatement({
        actions: ['ses:SendRawEmail'],
        resources: [identities],
        conditions: { StringEquals: { 'ses:FromAddress': address } },
      }),
    );
    sender.allow(['ses:SendRawEmail'], this.arn('ses', `configuration-set/${this.configurationSet}`));
    sender.accept(
      'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/*]',
      'SES also asks for the verified identities of recipients, in its sandbox, and for a sender address verified beside its domain; the From address is fixed by a condition.',
    );
  }

  /** End User Messaging also asks for what a message is sent under. */
  private smsRuleArns(): readonly string[] {
    const { configurationSet, protectConfiguration } = this.stage.smsRules;
    return [
      ...(configurationSet === '' ? [] : [this.arn('sms-voice', `configuration-set/${configurationSet}`)]),
      ...(protectConfiguration === '' ? [] : [this.arn('sms-voice', `protect-configuration/${protectConfiguration}`)]),
    ];
  }

  private get smsArn(): string | undefined {
    const { smsOrigination } = this.stage;
    return smsOrigination?.startsWith('arn:') === false ? this.arn('sms-voice', smsOrigination) : smsOrigination;
  }

  private arn(service: string, path: string): string {
    return Stack.of(this).formatArn({ service, resource: path });
  }

  private verify(identity: EmailSender['identity']): void {
    const isAddress = identity.includes('@');
    const sender = new EmailIdentity(this, 'Sender', {
      identity: isAddress ? Identity.email(identity) : Identity.domain(identity),
      configurationSet: this.emails,
    });
    if (isAddress) return;
    for (const [index, { name, value }] of sender.dkimRecords.entries()) {
      new CfnOutput(this, `Dkim${index + 1}`, {
        description: 'CNAME record to add to your DNS, so that receivers trust your email',
        value: `${name} CNAME ${value}`,
      });
    }
  }
}
