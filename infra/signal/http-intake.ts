import { Duration, RemovalPolicy, SecretValue, Validations } from 'aws-cdk-lib/core';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type * as z from 'zod';
import type { ReceiveSignalsEnv } from '../../functions/signal/receive-signals.env.ts';
import { keepLogicalId } from '../parts/keep-logical-id.ts';
import { type Ground, SegueFunction } from '../parts/segue-function.ts';

export type HttpIntakeProps = Ground & {
  readonly bus: EventBus;
  readonly refused: Queue;
  /** What producers write with; without it the stack makes a key up. */
  readonly writeKey?: string;
};

/** Signals over HTTP, as Segment clients send them: `receive-signals` checks the write key and each call, and puts them on the bus. */
export class HttpIntake extends Construct {
  readonly receiveSignals: SegueFunction;
  /** One key, or several with spaces between them while one replaces another. */
  readonly writeKeys: Secret;

  constructor(scope: Construct, id: string, props: HttpIntakeProps) {
    super(scope, id);
    const { bus, refused, writeKey, stage, bundle } = props;
    this.writeKeys = this.secret(writeKey, stage.isProd);
    this.receiveSignals = new SegueFunction(this, 'ReceiveSignals', {
      stage,
      bundle,
      description: 'Takes calls of the HTTP API, as Segment clients make them, and puts them on the bus as signals.',
      timeout: Duration.seconds(29),
      environment: {
        BUS_NAME: bus.eventBusName,
        REFUSED_QUEUE_URL: refused.queueUrl,
        WRITE_KEY_SECRET_ARN: this.writeKeys.secretArn,
      } satisfies z.input<typeof ReceiveSignalsEnv>,
      failures: 'Invoked by the HTTP API, which waits: the client sees the failure and sends the same signals again.',
    });
    this.receiveSignals.allow(['events:PutEvents'], bus.eventBusArn);
    this.receiveSignals.allow(['sqs:SendMessage'], refused.queueArn);
    this.receiveSignals.allow(['secretsmanager:GetSecretValue'], this.writeKeys.secretArn);
  }

  private secret(writeKey: string | undefined, isProd: boolean): Secret {
    const secret = new Secret(this, 'WriteKeys', {
      description:
        'Segue: what producers write signals over HTTP with. Several keys may stand here, with spaces between.',
      ...(writeKey === undefined
        ? { generateSecretString: { passwordLength: 32, excludePunctuation: true } }
        : { secretStringValue: SecretValue.unsafePlainText(writeKey) }),
      removalPolicy: isProd ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    keepLogicalId(secret, 'WriteKeys');
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'A key stands in the settings of every producer: whoever changes it puts the new one beside it first.',
    });
    return secret;
  }
}
