import { Duration } from 'aws-cdk-lib/core';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { Construct } from 'constructs';
import type * as z from 'zod';
import type { ImportCustomersEnv } from '../functions/move-in/import-customers.env.ts';
import type { TrackImportEnv } from '../functions/move-in/track-import.env.ts';
import type { Api } from './api.ts';
import { type Ground, SegueFunction } from './parts/segue-function.ts';
import type { ProfileRoom } from './profile-room.ts';
import { segmentEnvironment } from './segment-room.ts';
import { clockMachineArn } from './segment/segment-clock.ts';

export type MoveInRoomProps = Ground & { readonly profile: ProfileRoom; readonly api: Api };

/** Customers who were known elsewhere before: taken in from files, in parts, and no journey hears of it. */
export class MoveInRoom extends Construct {
  constructor(scope: Construct, id: string, props: MoveInRoomProps) {
    super(scope, id);
    const { api } = props;
    const track = this.track(props);
    api.forPublishers('/v1/imports', track);
    api.forPublishers('/v1/imports/{id}', track, [HttpMethod.GET]);
    api.forPublishers('/v1/imports/{id}/parts/{part}', this.take(props), [HttpMethod.PUT]);
  }

  private track({ stage, bundle, profile: { state } }: MoveInRoomProps): SegueFunction {
    const track = new SegueFunction(this, 'TrackImport', {
      stage,
      bundle,
      description: 'Begins an import of customers and says how far it is.',
      timeout: Duration.seconds(10),
      environment: { STATE_TABLE: state.tableName } satisfies z.input<typeof TrackImportEnv>,
      failures: 'Invoked by the HTTP API, which waits: the caller sees the failure and asks again.',
    });
    track.allowTable(state, ['GetItem', 'PutItem', 'Query']);
    return track;
  }

  private take({ stage, bundle, profile: { log, state, refolds, customerKey } }: MoveInRoomProps): SegueFunction {
    const take = new SegueFunction(this, 'ImportCustomers', {
      stage,
      bundle,
      description: 'Takes a part of a file of customers into the log and the profiles.',
      timeout: Duration.seconds(29),
      memorySize: 1024,
      environment: {
        ...segmentEnvironment(this, stage),
        LOG_TABLE: log.tableName,
        STATE_TABLE: state.tableName,
        REFOLD_QUEUE_URL: refolds.queueUrl,
        KEY_SECRET_ARN: customerKey.secretArn,
      } satisfies z.input<typeof ImportCustomersEnv>,
      failures: 'Invoked by the HTTP API, which waits: the caller sees the failure and sends the part again.',
    });
    take.allowTable(log, ['BatchGetItem', 'BatchWriteItem', 'PutItem']);
    take.allowTable(state, ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem']);
    take.allow(['sqs:SendMessage'], refolds.queueArn);
    take.allow(['secretsmanager:GetSecretValue'], customerKey.secretArn);
    // Nobody is told who entered a segment, but the minute comes for them too.
    take.allow(['states:StartExecution'], clockMachineArn(take, stage));
    return take;
  }
}
