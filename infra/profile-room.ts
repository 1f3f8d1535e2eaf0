import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib/core';
import { AttributeType, ProjectionType, type Table } from 'aws-cdk-lib/aws-dynamodb';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type * as z from 'zod';
import { preferencesSource } from '#core/events';
import type { FoldProfileEnv } from '../functions/profile/fold-profile.env.ts';
import type { RefoldProfileEnv } from '../functions/profile/refold-profile.env.ts';
import { keepLogicalId } from './parts/keep-logical-id.ts';
import { readNewRows } from './parts/read-new-rows.ts';
import { type Ground, SegueFunction } from './parts/segue-function.ts';
import { deadLetters, readQueue, segueQueue } from './parts/segue-queue.ts';
import { segueTable } from './parts/segue-table.ts';
import { allowPlacing, allowSaying, segmentEnvironment } from './segment-room.ts';
import type { Stage } from './stage.ts';

const timeout = Duration.seconds(60);

/** What do we know now? The log's stream → `fold-profile` → one item per customer; `refold-profile` rebuilds one from the log. */
export class ProfileRoom extends Construct {
  /** One row per signal, one partition per customer: the truth every profile can be rebuilt from. */
  readonly log: Table;
  /** Profiles, gates, enrolments, sends, journeys: everything else. */
  readonly state: Table;
  /** Turns identities into opaque customer ids. */
  readonly customerKey: Secret;
  readonly foldProfile: SegueFunction;
  readonly refoldProfile: SegueFunction;
  readonly refolds: Queue;

  constructor(scope: Construct, id: string, ground: Ground) {
    super(scope, id);
    const { stage } = ground;
    this.log = segueTable(this, 'Log', { stage });
    // It also keeps one customer's rows in one stream shard, in order. It cannot be added to a table that exists.
    this.log.addLocalSecondaryIndex({
      indexName: 'byTime',
      sortKey: { name: 'at', type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    this.state = segueTable(this, 'State', { stage, expiresBy: 'ttl' });
    this.customerKey = this.key(stage);
    this.refolds = this.queueOfRefolds(stage);
    this.foldProfile = this.fold(ground);
    this.refoldProfile = this.refold(ground);
  }

  private key(stage: Stage): Secret {
    const secret = new Secret(this, 'CustomerKey', {
      description: 'Segue: the key customer ids are derived with. Whoever changes it orphans every customer.',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: stage.isProd ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    keepLogicalId(secret, 'CustomerKey');
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'Customer ids are an HMAC under this key: a rotated key would give every customer a new, empty profile.',
    });
    return secret;
  }

  private queueOfRefolds(stage: Stage): Queue {
    const deadLetterQueue = deadLetters(this, 'RefoldsDead', {
      stage,
      name: 'refolds-dead',
      runbook: 'Customers whose profile could not be rebuilt in five tries: it is stale until they are redriven.',
    });
    return segueQueue(this, 'Refolds', { stage, name: 'refolds', readerTimeout: timeout, deadLetterQueue });
  }

  private fold(ground: Ground): SegueFunction {
    const { stage } = ground;
    const fold = new SegueFunction(this, 'FoldProfile', {
      ...ground,
      description: 'Folds new signals into the profiles of their customers and performs the acts that follow.',
      timeout,
      memorySize: 1024,
      environment: this.environment(stage) satisfies z.input<typeof FoldProfileEnv>,
      failures: 'Read from a stream, never invoked asynchronously: batches that fail to the end go to FailedFolds.',
    });
    this.allowFolding(fold, stage);
    fold.allowTable(this.state, ['PartiQLInsert', 'PartiQLUpdate']);
    readNewRows(this, 'FailedFolds', { stage, table: this.log, reader: fold });
    return fold;
  }

  private refold(ground: Ground): SegueFunction {
    const refold = new SegueFunction(this, 'RefoldProfile', {
      ...ground,
      description: 'Rebuilds profiles from the log, one or all, and settles merges of customers.',
      timeout,
      memorySize: 1024,
      environment: this.environment(ground.stage) satisfies z.input<typeof RefoldProfileEnv>,
      failures: 'Read from a queue, never invoked asynchronously: what fails five times goes to RefoldsDead.',
    });
    this.allowFolding(refold, ground.stage);
    // Whose members of a list are whose is checked where they are moved.
    refold.allowTable(this.state, ['ConditionCheckItem']);
    // Who is to be rebuilt is found in the log's index.
    refold.allow(['dynamodb:Scan'], `${this.log.tableArn}/index/byTime`);
    readQueue(refold, this.refolds, { batchSize: 5, maxConcurrency: 5 });
    return refold;
  }

  private environment(stage: Stage) {
    return {
      ...segmentEnvironment(this, stage),
      LOG_TABLE: this.log.tableName,
      STATE_TABLE: this.state.tableName,
      REFOLD_QUEUE_URL: this.refolds.queueUrl,
      KEY_SECRET_ARN: this.customerKey.secretArn,
    };
  }

  private allowFolding(fold: SegueFunction, stage: Stage): void {
    // Rows of whoever turned out to be another customer are carried into that one's log, and back.
    fold.allowTable(this.log, ['Query', 'PutItem', 'DeleteItem']);
    fold.allowTable(this.state, ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem']);
    fold.allow(['sqs:SendMessage'], this.refolds.queueArn);
    fold.allow(['secretsmanager:GetSecretValue'], this.customerKey.secretArn);
    allowPlacing(fold, stage);
    // A STOP is said of everybody who has the number it came from.
    allowSaying(fold, stage, preferencesSource);
  }
}
