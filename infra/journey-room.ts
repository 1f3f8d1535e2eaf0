import { journeySource } from '#core/events';
import { Duration, Stack } from 'aws-cdk-lib/core';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Alias } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type * as z from 'zod';
import type { PublishJourneyEnv } from '../functions/journey/publish-journey.env.ts';
import type { RunStepEnv } from '../functions/journey/run-step.env.ts';
import type { StartJourneyEnv } from '../functions/journey/start-journey.env.ts';
import { ControlRoom, type ControlRoomProps } from './journey/control-room.ts';
import type { JourneyFiles } from './journey/journey-files.ts';
import { JourneyMachine, machineName } from './journey/journey-machine.ts';
import { LostRuns } from './journey/lost-runs.ts';
import { ScheduledEntries } from './journey/scheduled-entries.ts';
import type { MessageRoom } from './message-room.ts';
import { keepLogicalId } from './parts/keep-logical-id.ts';
import { type Ground, SegueFunction } from './parts/segue-function.ts';
import type { ProfileRoom } from './profile-room.ts';

export type JourneyRoomProps = Ground & {
  readonly journeys: readonly JourneyFiles[];
  readonly profile: ProfileRoom;
  readonly message: MessageRoom;
  /** `https://…` without a slash at the end: what links in messages begin with. */
  readonly publicUrl: string;
} & Pick<ControlRoomProps, 'http' | 'authorizer'>;

/** Where are they on the way? One state machine per journey; `run-step` does everything between two waits. */
export class JourneyRoom extends Construct {
  readonly startJourney: SegueFunction;
  readonly runStep: SegueFunction;
  readonly publishJourney: SegueFunction;
  private readonly props: JourneyRoomProps;

  constructor(scope: Construct, id: string, props: JourneyRoomProps) {
    super(scope, id);
    this.props = props;
    const { stage, bundle, journeys, profile, message } = props;
    const runStep = this.makeRunStep();
    this.runStep = runStep;
    const live = this.live(runStep);
    const publishJourney = this.makePublishJourney();
    this.publishJourney = publishJourney;
    this.startJourney = this.start();
    for (const journey of journeys) {
      new JourneyMachine(this, pascal(journey.name), {
        stage,
        journey,
        runStep: live,
        publishJourney,
        state: profile.state,
        channels: message.channels,
      });
    }
    new LostRuns(this, 'LostRuns', { stage, bundle, state: profile.state, machines: this.machines() });
    const names = journeys.map(({ name }) => name);
    const { http, authorizer } = props;
    new ControlRoom(this, 'Control', { stage, bundle, state: profile.state, http, authorizer, journeys: names });
    if (journeys.some(({ schedules }) => schedules.length > 0))
      new ScheduledEntries(this, 'Scheduled', { stage, bundle, state: profile.state, journeys });
    this.allowWaking(profile.foldProfile, profile.refoldProfile, runStep);
    // What begins a wait anew is a signal, never a step.
    for (const fold of [profile.foldProfile, profile.refoldProfile])
      this.allowOnMachines(fold, ['states:SendTaskHeartbeat']);
    // A run with many rounds goes on in a new execution, which run-step starts.
    this.allowStarting(profile.foldProfile, profile.refoldProfile, this.startJourney, runStep);
  }

  private makeRunStep(): SegueFunction {
    const { stage, bundle, profile, message, publicUrl } = this.props;
    const runStep = new SegueFunction(this, 'RunStep', {
      stage,
      bundle,
      description: 'Follows a journey from one wait to the next: decides, sends, registers what is waited for.',
      timeout: Duration.seconds(30),
      environment: {
        STATE_TABLE: profile.state.tableName,
        KEY_SECRET_ARN: profile.customerKey.secretArn,
        STAGE: stage.name,
        BUS_NAME: stage.bus,
        PUBLIC_URL: publicUrl,
        ...message.environment,
      } satisfies z.input<typeof RunStepEnv>,
      failures: 'Invoked by state machines, which see the failure and retry it.',
    });
    // Deleting is for claims only: a message that was never handed over frees its place in the ledger.
    runStep.allowTable(profile.state, [
      'GetItem',
      'Query',
      'PutItem',
      'UpdateItem',
      'DeleteItem',
      'ConditionCheckItem',
    ]);
    runStep.allow(['secretsmanager:GetSecretValue'], profile.customerKey.secretArn);
    this.allowSaying(runStep);
    message.allowSending(runStep);
    return runStep;
  }

  /** On the bus, and in the name of journeys only. */
  private allowSaying(runStep: SegueFunction): void {
    const bus = Stack.of(this).formatArn({
      service: 'events',
      resource: 'event-bus',
      resourceName: this.props.stage.bus,
    });
    runStep.addToRolePolicy(
      new PolicyStatement({
        actions: ['events:PutEvents'],
        resources: [bus],
        conditions: { StringEquals: { 'events:source': journeySource } },
      }),
    );
  }

  /** What machines call: an open run, whatever it started with, reaches the code and the settings of now. */
  private live(runStep: SegueFunction): Alias {
    const live = runStep.addAlias('live');
    keepLogicalId(live, 'RunStepLive');
    return live;
  }

  private start(): SegueFunction {
    const { stage, bundle, profile } = this.props;
    const start = new SegueFunction(this, 'StartJourney', {
      stage,
      bundle,
      description: 'Starts a journey for one customer, when asked through the HTTP API.',
      timeout: Duration.seconds(10),
      environment: {
        STATE_TABLE: profile.state.tableName,
        KEY_SECRET_ARN: profile.customerKey.secretArn,
      } satisfies z.input<typeof StartJourneyEnv>,
      failures:
        'Invoked by the HTTP API, which waits: the caller sees the failure and may try again with the same key.',
    });
    // Deleting is for the pointer that would start the run, had this function died before it did.
    start.allowTable(profile.state, ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem']);
    start.allow(['secretsmanager:GetSecretValue'], profile.customerKey.secretArn);
    return start;
  }

  private makePublishJourney(): SegueFunction {
    const { stage, bundle, profile, message } = this.props;
    const publish = new SegueFunction(this, 'PublishJourney', {
      stage,
      bundle,
      description: 'Writes the document of a journey and makes its newest version the one that new runs start on.',
      timeout: Duration.seconds(60),
      environment: {
        STATE_TABLE: profile.state.tableName,
        CHANNELS: message.channels.join(','),
      } satisfies z.input<typeof PublishJourneyEnv>,
      failures: 'Invoked by CloudFormation, which waits for its answer and fails the deployment without one.',
    });
    publish.allowTable(profile.state, ['GetItem', 'PutItem', 'UpdateItem']);
    return publish;
  }

  private allowWaking(...functions: readonly SegueFunction[]): void {
    const wake = ['states:SendTaskSuccess', 'states:SendTaskFailure'];
    for (const one of functions) this.allowOnMachines(one, wake);
  }

  private allowStarting(...functions: readonly SegueFunction[]): void {
    for (const one of functions) this.allowOnMachines(one, ['states:StartExecution']);
  }

  /**
   * Step Functions asks for the machine's own ARN also when a version of it is started.
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/auth-version-alias.html
   */
  private allowOnMachines(one: SegueFunction, actions: readonly string[]): void {
    const machines = this.machines();
    if (machines.length > 0) one.allow(actions, ...machines);
  }

  /** Machines are named, not referred to: they call run-step, which may not wait for them to exist. */
  private machines(): readonly string[] {
    const { stage, journeys } = this.props;
    const machines = journeys.map(({ name }) => `stateMachine:${machineName(stage, name)}`);
    return machines.map((resource) => Stack.of(this).formatArn({ service: 'states', resource }));
  }
}

const pascal = (name: string): string => name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
