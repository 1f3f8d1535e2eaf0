import { CfnOutput, Stack, type StackProps, Tags } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Mapping } from '../mappings/index.ts';
import { Announce } from './announce.ts';
import { Api } from './api.ts';
import { FeedbackRoom } from './feedback-room.ts';
import type { JourneyFiles } from './journey/journey-files.ts';
import { JourneyRoom } from './journey-room.ts';
import { MessageRoom } from './message-room.ts';
import type { Ground } from './parts/segue-function.ts';
import { ProfileRoom } from './profile-room.ts';
import { SegmentRoom, type SegmentRoomProps } from './segment-room.ts';
import { SignalRoom } from './signal-room.ts';
import { TaskRoom } from './task-room.ts';

export type SegueStackProps = StackProps &
  Ground & { readonly journeys: readonly JourneyFiles[]; readonly mappings: readonly Mapping[] } & Pick<
    SegmentRoomProps,
    'segments'
  >;

/** The river on AWS: signal → profile → (decision, which needs no resources) → journey → message → feedback. */
export class SegueStack extends Stack {
  constructor(scope: Construct, { stage, bundle, journeys, mappings, segments, ...props }: SegueStackProps) {
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
    const { configurationSet } = message;
    const { bus, queue: signals, dead } = signal;
    const feedback = new FeedbackRoom(this, 'Feedback', {
      ...ground,
      bus,
      signals,
      dead,
      configurationSet,
      customerKey,
    });

    new Announce(this, 'News', { ...ground, state: profile.state, bus, announce: stage.announce });
    const { state, refolds } = profile;
    new SegmentRoom(this, 'Segment', { ...ground, segments, state, refolds, customerKey, http, authorizer });
    new TaskRoom(this, 'Task', { ...ground, state: profile.state, http, authorizer });

    api.forProducers(signal.http.receiveSignals);
    api.forPublishers('/v1/journeys/{name}/runs', journey.startJourney);
    api.forAnyone(
      '/v1/unsubscribe/{token}',
      feedback.unsubscribe,
      'A mail program unsubscribes without signing in (RFC 8058): the token in the path is the proof, and good for that only.',
    );

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
