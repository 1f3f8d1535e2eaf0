import { CfnOutput, Stack, type StackProps, Tags } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Mapping } from '../mappings/index.ts';
import { Announce } from './announce.ts';
import { Api } from './api.ts';
import { BulkRoom, type BulkRoomProps } from './bulk-room.ts';
import { CustomerRoom } from './customer-room.ts';
import { DecisionRoom } from './decision-room.ts';
import { FeedbackRoom } from './feedback-room.ts';
import type { JourneyFiles } from './journey/journey-files.ts';
import { JourneyRoom } from './journey-room.ts';
import { MessageLedger } from './message/message-ledger.ts';
import { MessageRoom } from './message-room.ts';
import type { Ground } from './parts/segue-function.ts';
import { MoveInRoom } from './move-in-room.ts';
import { ProfileRoom } from './profile-room.ts';
import { SegmentRoom, type SegmentRoomProps } from './segment-room.ts';
import { SignalRoom } from './signal-room.ts';
import { TaskRoom } from './task-room.ts';

export type SegueStackProps = StackProps &
  Ground & {
    readonly journeys: readonly JourneyFiles[];
    readonly mappings: readonly Mapping[];
    readonly nextActions: readonly object[];
    readonly confirm: readonly string[];
  } & Pick<SegmentRoomProps, 'segments'> &
  Pick<BulkRoomProps, 'campaigns'>;

/** The river on AWS: signal → profile → decision (which needs its switches alone) → journey → message → feedback. */
export class SegueStack extends Stack {
  constructor(
    scope: Construct,
    { stage, bundle, journeys, mappings, segments, campaigns, nextActions, confirm, ...props }: SegueStackProps,
  ) {
    super(scope, `Segue-${stage.name}`, { description: `Segue, stage ${stage.name}: customer journeys`, ...props });
    const ground = { stage, bundle };
    const api = new Api(this, 'Api', stage);
    const profile = new ProfileRoom(this, 'Profile', ground);
    const { log, customerKey } = profile;
    const { writeKey, connectInstance } = stage;
    const ways = { ...(writeKey && { writeKey }), ...(connectInstance && { connectInstance }) };
    const signal = new SignalRoom(this, 'Signal', { ...ground, log, customerKey, mappings, ...ways });
    const message = new MessageRoom(this, 'Message', stage);
    const { http, authorizer, url: publicUrl } = api;
    const rooms = { profile, message };
    const journey = new JourneyRoom(this, 'Journey', { ...ground, ...rooms, journeys, publicUrl, http, authorizer });
    const { configurationSet, channels } = message;
    const { bus, queue: signals, dead } = signal;
    const feedback = new FeedbackRoom(this, 'Feedback', {
      ...ground,
      bus,
      signals,
      dead,
      configurationSet,
      channels,
      state: profile.state,
      customerKey,
    });

    const { runStep } = journey;
    const { queue: claims } = new MessageLedger(this, 'Messages', { ...ground, profile, api, runStep }).leftClaims;
    new Announce(this, 'News', { ...ground, state: profile.state, bus, claims, announce: stage.announce });
    const { state, refolds } = profile;
    new SegmentRoom(this, 'Segment', { ...ground, segments, state, refolds, customerKey, http, authorizer });
    new BulkRoom(this, 'Bulk', { ...ground, ...rooms, journey, campaigns, api, publicUrl });
    new MoveInRoom(this, 'MoveIn', { ...ground, profile, api });
    const names = journeys.map(({ name }) => name);
    new CustomerRoom(this, 'Customer', { ...ground, profile, api, channels, journeys: names, nextActions, confirm });
    new DecisionRoom(this, 'Decision', { ...ground, state, api });
    new TaskRoom(this, 'Task', { ...ground, state: profile.state, http, authorizer });

    api.forProducers(signal.http.receiveSignals);
    api.forPublishers('/v1/journeys/{name}/runs', journey.startJourney);
    for (const { path, answer, because } of feedback.pages) api.forAnyone(path, answer, because);

    Tags.of(this).add('app', 'segue');
    Tags.of(this).add('segue:stage', stage.name);
    this.tell('BusName', bus.eventBusName, 'Put customer signals on this EventBridge bus');
    this.tell('ApiEndpoint', api.url, 'The HTTP API');
    this.tell('WriteKeysArn', signal.http.writeKeys.secretArn, 'The secret with the write key of the HTTP API');
    if (signal.inboundSms)
      this.tell(
        'InboundSmsTopic',
        signal.inboundSms.topic.topicArn,
        'Let your number publish what customers text here',
      );
    this.tell('RefusedSignalsUrl', signal.refused.queueUrl, 'What producers sent that is no signal, with the reason');
    this.tell('Sending', stage.sending, 'off, allow-list or live');
    if (api.login) {
      this.tell(
        'TokenEndpoint',
        api.login.tokenEndpoint,
        'Post grant_type=client_credentials here for an access token',
      );
      this.tell(
        'MachineClientId',
        api.login.audience.join(','),
        'Its secret: aws cognito-idp describe-user-pool-client',
      );
    }
  }

  private tell(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }
}
