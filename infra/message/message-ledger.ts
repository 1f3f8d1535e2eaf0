import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type * as z from 'zod';
import type { ReadWebhookKeyEnv } from '../../functions/message/read-webhook-key.env.ts';
import type { ReadMessagesEnv } from '../../functions/message/read-messages.env.ts';
import type { Api } from '../api.ts';
import { type Ground, SegueFunction } from '../parts/segue-function.ts';
import type { ProfileRoom } from '../profile-room.ts';
import { LeftClaims } from './left-claims.ts';
import { watchMessages } from './watch-messages.ts';

export type MessageLedgerProps = Ground & {
  readonly profile: ProfileRoom;
  readonly api: Api;
  readonly runStep: SegueFunction;
};

/** Why was it sent, or not? Every decision is a row; agents read it, and what was left open is settled. */
export class MessageLedger extends Construct {
  readonly leftClaims: LeftClaims;

  constructor(scope: Construct, id: string, props: MessageLedgerProps) {
    super(scope, id);
    const { stage, bundle, profile, api, runStep } = props;
    this.leftClaims = new LeftClaims(this, 'LeftClaims', { stage, bundle, state: profile.state });
    const read = this.read(props);
    for (const path of ['/v1/messages', '/v1/messages/{id}']) api.forAgents(path, read);
    api.forOperators('/v1/webhook-key', this.readKey(props));
    watchMessages(this, { stage, runStep, settleClaims: this.leftClaims.settleClaims });
  }

  private readKey({ stage, bundle, profile: { customerKey } }: MessageLedgerProps): SegueFunction {
    const read = new SegueFunction(this, 'ReadWebhookKey', {
      stage,
      bundle,
      description: 'Tells operators what the signatures of webhooks are checked with.',
      timeout: Duration.seconds(10),
      environment: { KEY_SECRET_ARN: customerKey.secretArn } satisfies z.input<typeof ReadWebhookKeyEnv>,
      failures: 'Invoked by the HTTP API, which waits: the caller sees the failure and asks again.',
    });
    read.allow(['secretsmanager:GetSecretValue'], customerKey.secretArn);
    return read;
  }

  private read({ stage, bundle, profile: { state, customerKey } }: MessageLedgerProps): SegueFunction {
    const read = new SegueFunction(this, 'ReadMessages', {
      stage,
      bundle,
      description: 'Tells why messages were sent or not, and what became of them.',
      timeout: Duration.seconds(10),
      environment: {
        STATE_TABLE: state.tableName,
        KEY_SECRET_ARN: customerKey.secretArn,
      } satisfies z.input<typeof ReadMessagesEnv>,
      failures: 'Invoked by the HTTP API, which waits: the caller sees the failure and asks again.',
    });
    read.allowTable(state, ['GetItem', 'BatchGetItem', 'Query']);
    read.allow(['secretsmanager:GetSecretValue'], customerKey.secretArn);
    return read;
  }
}
