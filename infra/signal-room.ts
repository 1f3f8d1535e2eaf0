import { journeySource, preferencesSource, profileSource, segueSource, tasksSource } from '#core/events';
import { Duration, Validations } from 'aws-cdk-lib/core';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus, Match, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { DeadLetterQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type * as z from 'zod';
import type { IngestSignalEnv } from '../functions/signal/ingest-signal.env.ts';
import type { Mapping } from '../mappings/index.ts';
import { alarmWhen } from './parts/alarm-when.ts';
import { keepLogicalId } from './parts/keep-logical-id.ts';
import { type Ground, SegueFunction } from './parts/segue-function.ts';
import { deadLetters, readQueue, segueQueue } from './parts/segue-queue.ts';
import { contacts } from './signal/connect-contacts.ts';
import { HttpIntake } from './signal/http-intake.ts';
import { InboundSms } from './signal/inbound-sms.ts';
import { MappingRules, mappingsFile } from './signal/mapping-rules.ts';
import type { Stage } from './stage.ts';

export type SignalRoomProps = Ground & {
  readonly log: Table;
  readonly customerKey: Secret;
  /** What turns other people's events into signals. */
  readonly mappings?: readonly Mapping[];
  /** What producers write with over HTTP; without it the stack makes a key up. */
  readonly writeKey?: string;
  /** ARN of the Amazon Connect instance whose contacts are signals. */
  readonly connectInstance?: string;
};

/** Sources of ours whose events are meant to come back in. What they say about a customer is a signal like any other. */
const returning = [preferencesSource, profileSource, journeySource, tasksSource];

/** Everything but what Segue itself says on the bus: `segue`, and whatever begins so, is no signal. */
const signals = {
  source: Match.anyOf(Match.anythingButPrefix(segueSource), ...returning.map((source) => Match.exactString(source))),
};

/**
 * What happened? Bus → queue → `ingest-signal` → the customer's log; what is no signal is parked with its reason. Onto the bus
 * comes what producers put there and what they send over HTTP; rules on other buses and a topic lead to the queue directly.
 */
export class SignalRoom extends Construct {
  readonly bus: EventBus;
  readonly queue: Queue;
  readonly dead: DeadLetterQueue;
  readonly refused: Queue;
  readonly http: HttpIntake;
  /** Where the stage's number publishes what customers text; absent on a stage without SMS. */
  readonly inboundSms?: InboundSms;

  constructor(scope: Construct, id: string, props: SignalRoomProps) {
    super(scope, id);
    const timeout = Duration.seconds(30);
    this.bus = new EventBus(this, 'Bus', { eventBusName: props.stage.bus });
    keepLogicalId(this.bus, 'Bus');
    this.bus.archive('Archive', { eventPattern: signals, retention: Duration.days(14) });

    this.dead = deadLetters(this, 'SignalsDead', {
      stage: props.stage,
      name: 'signals-dead',
      runbook:
        'Signals that could not be stored after five tries. Read the error in the log of ingest-signal, then redrive.',
    });
    this.queue = segueQueue(this, 'Signals', {
      stage: props.stage,
      name: 'signals',
      readerTimeout: timeout,
      deadLetterQueue: this.dead,
    });
    this.refused = this.parkRefused(props.stage);
    new Rule(this, 'ToSignals', {
      description: 'Every signal on the bus goes to the signals queue.',
      eventBus: this.bus,
      eventPattern: signals,
      targets: [new SqsQueue(this.queue, { deadLetterQueue: this.dead.queue })],
    });
    const target = { signals: this.queue, dead: this.dead };
    new MappingRules(this, 'Mappings', { mappings: props.mappings ?? [], ownBus: props.stage.bus, ...target });
    contacts(this, props.connectInstance, target);
    if (props.stage.smsOrigination) this.inboundSms = new InboundSms(this, 'InboundSms', { ...props, ...target });
    this.http = new HttpIntake(this, 'Http', { ...props, bus: this.bus, refused: this.refused });
    this.ingest(props, timeout);
  }

  private parkRefused(stage: Stage): Queue {
    const queue = segueQueue(this, 'RefusedSignals', { stage, name: 'refused-signals' });
    Validations.of(queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'Nothing reads this queue but an operator: it is itself where refused signals rest, with their reason.',
    });
    Validations.of(queue).acknowledge({
      id: 'Serverless-SQSRedrivePolicy',
      reason: 'Nothing reads this queue but an operator: it is itself where refused signals rest, with their reason.',
    });
    alarmWhen(this, {
      stage,
      name: 'refused-signals',
      metric: queue.metricNumberOfMessagesSent({ statistic: 'Sum' }),
      above: 0,
      runbook: 'A producer sends what is no signal. Each message in the queue says why: tell the producer, then purge.',
    });
    return queue;
  }

  private ingest({ stage, bundle, log, customerKey, mappings = [] }: SignalRoomProps, timeout: Duration): void {
    const ingest = new SegueFunction(this, 'IngestSignal', {
      stage,
      bundle,
      description: 'Puts one row per signal into the log of its customer; parks what is no signal.',
      timeout,
      environment: {
        LOG_TABLE: log.tableName,
        REFUSED_QUEUE_URL: this.refused.queueUrl,
        KEY_SECRET_ARN: customerKey.secretArn,
      } satisfies z.input<typeof IngestSignalEnv>,
      files: { 'mappings.json': mappingsFile(mappings) },
      failures: 'Read from a queue, never invoked asynchronously: what fails five times goes to SignalsDead.',
    });
    ingest.allowTable(log, ['BatchWriteItem']);
    ingest.allow(['sqs:SendMessage'], this.refused.queueArn);
    ingest.allow(['secretsmanager:GetSecretValue'], customerKey.secretArn);
    readQueue(ingest, this.queue, {
      ...(stage.intake === 'bulk' ? { batchSize: 100, maxBatchingWindow: Duration.seconds(1) } : { batchSize: 10 }),
      // A flood of signals must not take the account's whole concurrency from the functions that send.
      maxConcurrency: 50,
    });
  }
}
