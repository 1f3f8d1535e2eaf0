import { Duration } from 'aws-cdk-lib/core';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { type EventBus, type EventPattern, Match, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { DeadLetterQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type * as z from 'zod';
import type { AnswerSurveyEnv } from '../functions/feedback/answer-survey.env.ts';
import type { ConfirmConsentEnv } from '../functions/feedback/confirm-consent.env.ts';
import type { PreferencesEnv } from '../functions/feedback/preferences.env.ts';
import type { UnsubscribeEnv } from '../functions/feedback/unsubscribe.env.ts';
import { topicsFile } from '../state-machines/read-topics.ts';
import type { Channel } from './message-room.ts';
import { type Ground, SegueFunction, type SegueFunctionProps } from './parts/segue-function.ts';

export type FeedbackRoomProps = Ground & {
  readonly bus: EventBus;
  readonly state: Table;
  readonly signals: Queue;
  readonly dead: DeadLetterQueue;
  readonly configurationSet: string;
  readonly channels: readonly Channel[];
  readonly customerKey: Secret;
};

const topics = new URL('../state-machines/topics.yaml', import.meta.url);

/** A page for everybody who has a link: where it is, and why it needs no token. */
export type LinkPage = { readonly path: string; readonly answer: SegueFunction; readonly because: string };

/** What came back? Deliveries, opens, clicks and complaints become signals; so does what customers say through links. */
export class FeedbackRoom extends Construct {
  /** The pages behind signed links. */
  readonly pages: readonly LinkPage[];

  constructor(scope: Construct, id: string, props: FeedbackRoomProps) {
    super(scope, id);
    this.hear('EmailEvents', props, {
      source: ['aws.ses'],
      detailType: Match.prefix('Email '),
      // The account may send other mail, and other stages do: only ours is a signal here.
      detail: { mail: { tags: { 'ses:configuration-set': [props.configurationSet] } } },
    });
    this.hear('SmsEvents', props, {
      source: ['aws.sms-voice'],
      detailType: ['Text Message Delivery Status Updated'],
      // SMS has no configuration set to tell by: what we send is tagged with its stage. Other SMS of the account, and
      // those of other stages, are none of our customers' signals. That a text is under way is what the ledger says already;
      // of one of service it may be all that is known before it is sent again.
      detail: {
        context: { stage: [props.stage.name] },
        $or: [{ isFinal: [true] }, { messageType: ['TRANSACTIONAL'] }],
      },
    });
    const because = 'Customers have no login: the signed token in the path is the proof, and good for that only.';
    this.pages = [
      {
        path: '/v1/unsubscribe/{token}',
        answer: this.unsubscribe(props),
        because:
          'A mail program unsubscribes without signing in (RFC 8058): the token in the path is the proof, and good for that only.',
      },
      { path: '/v1/preferences/{token}', answer: this.preferences(props), because },
      { path: '/v1/confirmations/{token}', answer: this.confirmConsent(props), because },
      { path: '/v1/surveys/{token}', answer: this.answerSurvey(props), because },
    ];
  }

  /** A rule on the account's default bus, where AWS services speak, straight to the signals queue. */
  private hear(id: string, { signals, dead }: FeedbackRoomProps, eventPattern: EventPattern): void {
    const targets = [new SqsQueue(signals, { deadLetterQueue: dead.queue })];
    new Rule(this, id, {
      description: 'What became of our messages goes to the signals queue.',
      eventPattern,
      targets,
    });
  }

  /** A function that answers a page with a form, and says on the bus what was filled in. */
  private page(
    id: string,
    { stage, bundle, bus, customerKey }: FeedbackRoomProps,
    own: Pick<SegueFunctionProps, 'description' | 'environment' | 'files'>,
  ): SegueFunction {
    const page = new SegueFunction(this, id, {
      stage,
      bundle,
      timeout: Duration.seconds(10),
      failures: 'Invoked by the HTTP API, which waits: whoever asked sees the failure and tries again.',
      ...own,
    });
    page.allow(['events:PutEvents'], bus.eventBusArn);
    page.allow(['secretsmanager:GetSecretValue'], customerKey.secretArn);
    return page;
  }

  /** What every page is told. */
  private told({ stage, bus, customerKey, state }: FeedbackRoomProps) {
    return {
      BUS_NAME: bus.eventBusName,
      KEY_SECRET_ARN: customerKey.secretArn,
      STATE_TABLE: state.tableName,
      BRAND_NAME: stage.brand.name,
    };
  }

  private unsubscribe(props: FeedbackRoomProps): SegueFunction {
    const unsubscribe = this.page('Unsubscribe', props, {
      description: 'One-click unsubscribe (RFC 8058): a token becomes a withdrawn consent on the bus.',
      environment: this.told(props) satisfies z.input<typeof UnsubscribeEnv>,
      files: { 'topics.json': JSON.stringify(topicsFile(topics).all) },
    });
    unsubscribe.allowTable(props.state, ['GetItem']);
    return unsubscribe;
  }

  private preferences(props: FeedbackRoomProps): SegueFunction {
    const preferences = this.page('Preferences', props, {
      description: 'What a customer wants to hear about, and how: each choice becomes a consent on the bus.',
      environment: {
        ...this.told(props),
        CHANNELS: props.channels.join(','),
      } satisfies z.input<typeof PreferencesEnv>,
      files: { 'topics.json': JSON.stringify(topicsFile(topics).all) },
    });
    preferences.allowTable(props.state, ['GetItem']);
    return preferences;
  }

  private confirmConsent(props: FeedbackRoomProps): SegueFunction {
    const confirm = this.page('ConfirmConsent', props, {
      description: 'The second step of a double opt-in: a token becomes a confirmed consent on the bus.',
      environment: this.told(props) satisfies z.input<typeof ConfirmConsentEnv>,
      files: { 'topics.json': JSON.stringify(topicsFile(topics).all) },
    });
    confirm.allowTable(props.state, ['GetItem']);
    return confirm;
  }

  private answerSurvey(props: FeedbackRoomProps): SegueFunction {
    const survey = this.page('AnswerSurvey', props, {
      description: 'One question behind a link: the answer becomes a signal, and the last one counts.',
      environment: this.told(props) satisfies z.input<typeof AnswerSurveyEnv>,
    });
    survey.allowTable(props.state, ['GetItem', 'PutItem']);
    return survey;
  }
}
