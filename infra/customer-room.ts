import { Duration, Stack } from 'aws-cdk-lib/core';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type * as z from 'zod';
import type { ChangeCustomerEnv } from '../functions/customer/change-customer.env.ts';
import type { EraseCustomerEnv } from '../functions/customer/erase-customer.env.ts';
import type { ExportCustomerEnv } from '../functions/customer/export-customer.env.ts';
import type { PerformErasureEnv } from '../functions/customer/perform-erasure.env.ts';
import type { ReadCustomerEnv } from '../functions/customer/read-customer.env.ts';
import type { Api } from './api.ts';
import { machineName } from './journey/journey-machine.ts';
import { agentScope, publisherScope } from './parts/login.ts';
import { type Ground, SegueFunction } from './parts/segue-function.ts';
import { deadLetters, readQueue, segueQueue } from './parts/segue-queue.ts';
import type { ProfileRoom } from './profile-room.ts';

export type CustomerRoomProps = Ground & {
  readonly profile: ProfileRoom;
  readonly api: Api;
  /** The channels this stage has. */
  readonly channels: readonly string[];
  /** Names of the journeys, which an agent may end for a customer. */
  readonly journeys: readonly string[];
  /** What to suggest to whoever serves a customer: data, checked when it was read. */
  readonly nextActions: readonly object[];
  /** The topics whose consent counts once it is confirmed (double opt-in). */
  readonly confirm: readonly string[];
};

const timeout = Duration.seconds(60);
const asked = 'Invoked by the HTTP API, which waits: the caller sees the failure and asks again.';

/** One customer, for people: the card of all that is known and planned, what may be done for them, and the way out. */
export class CustomerRoom extends Construct {
  constructor(scope: Construct, id: string, props: CustomerRoomProps) {
    super(scope, id);
    const { api } = props;
    const [one, many] = ['/v1/customers/{id}', '/v1/customers'] as const;
    const read = this.read(props);
    for (const path of [one, many])
      api.forHolders([agentScope, publisherScope], { path, methods: [HttpMethod.GET] }, read);
    const change = this.change(props);
    for (const action of ['notes', 'pause-promotions', 'journeys/{enrol}/leave'])
      api.forAgents(`${one}/${action}`, change, [HttpMethod.POST]);
    api.forOperators(`${one}/export`, this.export(props));
    const erasures = this.erasures(props);
    const erase = this.erase(props, erasures);
    api.forOperators(one, erase, [HttpMethod.DELETE]);
    api.forOperators('/v1/erasures/{receipt}', erase);
  }

  private read({ stage, bundle, profile, channels, nextActions, confirm }: CustomerRoomProps): SegueFunction {
    const { state, log, customerKey } = profile;
    const read = new SegueFunction(this, 'ReadCustomer', {
      stage,
      bundle,
      description: 'Shows all that is known of a customer and what comes next, and notes who looked.',
      timeout: Duration.seconds(10),
      memorySize: 1024,
      environment: {
        STATE_TABLE: state.tableName,
        LOG_TABLE: log.tableName,
        KEY_SECRET_ARN: customerKey.secretArn,
        CHANNELS: channels.join(','),
        CONFIRM: confirm.join(','),
        SENDING: stage.sending,
      } satisfies z.input<typeof ReadCustomerEnv>,
      files: { 'next-actions.json': JSON.stringify(nextActions) },
      failures: asked,
    });
    // Putting is for who read what, and for nothing else.
    read.allowTable(state, ['GetItem', 'BatchGetItem', 'Query', 'PutItem']);
    read.allowTable(log, ['BatchGetItem']);
    read.allow(['dynamodb:Query'], `${log.tableArn}/index/byTime`);
    read.allow(['secretsmanager:GetSecretValue'], customerKey.secretArn);
    return read;
  }

  private change(props: CustomerRoomProps): SegueFunction {
    const { stage, bundle, profile } = props;
    const { state, customerKey } = profile;
    const change = new SegueFunction(this, 'ChangeCustomer', {
      stage,
      bundle,
      description: 'Notes something about a customer, pauses their promotions, lets them leave a journey.',
      timeout: Duration.seconds(10),
      environment: {
        STATE_TABLE: state.tableName,
        KEY_SECRET_ARN: customerKey.secretArn,
      } satisfies z.input<typeof ChangeCustomerEnv>,
      failures: 'Invoked by the HTTP API, which waits: the caller sees the failure and says the same again.',
    });
    change.allowTable(state, ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'ConditionCheckItem']);
    change.allow(['secretsmanager:GetSecretValue'], customerKey.secretArn);
    this.allowEnding(change, props);
    return change;
  }

  private export({ stage, bundle, profile }: CustomerRoomProps): SegueFunction {
    const { state, log, customerKey } = profile;
    const handOut = new SegueFunction(this, 'ExportCustomer', {
      stage,
      bundle,
      description: 'Hands out all that is kept of a customer, page by page.',
      timeout: Duration.seconds(29),
      memorySize: 1024,
      environment: {
        STATE_TABLE: state.tableName,
        LOG_TABLE: log.tableName,
        KEY_SECRET_ARN: customerKey.secretArn,
      } satisfies z.input<typeof ExportCustomerEnv>,
      failures: asked,
    });
    // Putting is for who took it, and for nothing else.
    handOut.allowTable(state, ['GetItem', 'BatchGetItem', 'Query', 'PutItem']);
    handOut.allowTable(log, ['Query']);
    handOut.allow(['secretsmanager:GetSecretValue'], customerKey.secretArn);
    return handOut;
  }

  private erase({ stage, bundle, profile }: CustomerRoomProps, erasures: Queue): SegueFunction {
    const { state, customerKey } = profile;
    const erase = new SegueFunction(this, 'EraseCustomer', {
      stage,
      bundle,
      description: 'Begins the erasure of a customer, and says how far it is and what is left where.',
      timeout: Duration.seconds(10),
      environment: {
        STATE_TABLE: state.tableName,
        KEY_SECRET_ARN: customerKey.secretArn,
        ERASURE_QUEUE_URL: erasures.queueUrl,
      } satisfies z.input<typeof EraseCustomerEnv>,
      failures: 'Invoked by the HTTP API, which waits: the caller sees the failure and says the same again.',
    });
    erase.allowTable(state, ['GetItem', 'BatchGetItem', 'PutItem']);
    erase.allow(['sqs:SendMessage'], erasures.queueArn);
    erase.allow(['secretsmanager:GetSecretValue'], customerKey.secretArn);
    return erase;
  }

  /** The erasures that were asked for, and the function that performs them until they are done. */
  private erasures(props: CustomerRoomProps): Queue {
    const { stage, bundle, profile } = props;
    const { state, log, customerKey } = profile;
    const deadLetterQueue = deadLetters(this, 'ErasuresDead', {
      stage,
      name: 'erasures-dead',
      runbook:
        'Customers who are to be erased are not: read the error in the log of perform-erasure, then redrive. The law sets a term.',
    });
    const queue = segueQueue(this, 'Erasures', { stage, name: 'erasures', readerTimeout: timeout, deadLetterQueue });
    const perform = new SegueFunction(this, 'PerformErasure', {
      stage,
      bundle,
      description: 'Takes away all that is kept of a customer, and looks once more a quarter of an hour later.',
      timeout,
      memorySize: 1024,
      environment: {
        STATE_TABLE: state.tableName,
        LOG_TABLE: log.tableName,
        KEY_SECRET_ARN: customerKey.secretArn,
        ERASURE_QUEUE_URL: queue.queueUrl,
      } satisfies z.input<typeof PerformErasureEnv>,
      failures: 'Read from a queue, never invoked asynchronously: what fails five times goes to ErasuresDead.',
    });
    perform.allowTable(state, [
      'GetItem',
      'BatchGetItem',
      'Query',
      'PutItem',
      'UpdateItem',
      'DeleteItem',
      'BatchWriteItem',
    ]);
    perform.allowTable(log, ['Query', 'BatchWriteItem']);
    perform.allow(['sqs:SendMessage'], queue.queueArn);
    perform.allow(['secretsmanager:GetSecretValue'], customerKey.secretArn);
    this.allowEnding(perform, props);
    readQueue(perform, queue, { batchSize: 1, maxConcurrency: 5 });
    return queue;
  }

  /** Ends the execution that waits for a run: by the token in the run's row. */
  private allowEnding(one: SegueFunction, { stage, journeys }: CustomerRoomProps): void {
    const machines = journeys.map((journey) =>
      Stack.of(this).formatArn({ service: 'states', resource: `stateMachine:${machineName(stage, journey)}` }),
    );
    if (machines.length > 0) one.allow(['states:SendTaskSuccess'], ...machines);
  }
}
