import { CfnOutput, Stack, type StackProps, Tags } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { Api } from './api.ts';
import { FeedbackRoom } from './feedback-room.ts';
import type { JourneyFiles } from './journey/journey-files.ts';
import { JourneyRoom } from './journey-room.ts';
import { MessageRoom } from './message-room.ts';
import type { Ground } from './parts/segue-function.ts';
import { ProfileRoom } from './profile-room.ts';
import { SignalRoom } from './signal-room.ts';

export type SegueStackProps = StackProps & Ground & { readonly journeys: readonly JourneyFiles[] };

/** The river on AWS: signal → profile → (decision, which needs no resources) → journey → message → feedback. */
export class SegueStack extends Stack {
  constructor(scope: Construct, { stage, bundle, journeys, ...props }: SegueStackProps) {
    super(scope, `Segue-${stage.name}`, { description: `Segue, stage ${stage.name}: customer journeys`, ...props });
    const ground = { stage, bundle };
    const api = new Api(this, 'Api', stage);
    const profile = new ProfileRoom(this, 'Profile', ground);
    const { log, customerKey } = profile;
    const signal = new SignalRoom(this, 'Signal', { ...ground, log, customerKey });
    const message = new MessageRoom(this, 'Message', stage);
    const journey = new JourneyRoom(this, 'Journey', { ...ground, journeys, profile, message, publicUrl: api.url });
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
