import { Duration } from 'aws-cdk-lib/core';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type * as z from 'zod';
import type { SwitchChannelsEnv } from '../functions/decision/switch-channels.env.ts';
import type { Api } from './api.ts';
import { type Ground, SegueFunction } from './parts/segue-function.ts';

export type DecisionRoomProps = Ground & {
  readonly state: Table;
  readonly api: Api;
};

/** Whether we may needs no resources of its own, but for the switches by which publishers stop a channel or everything. */
export class DecisionRoom extends Construct {
  constructor(scope: Construct, id: string, { stage, bundle, state, api }: DecisionRoomProps) {
    super(scope, id);
    const switches = new SegueFunction(this, 'SwitchChannels', {
      stage,
      bundle,
      description: 'Switches a channel or everything off and on again, and says who did.',
      timeout: Duration.seconds(10),
      environment: { STATE_TABLE: state.tableName } satisfies z.input<typeof SwitchChannelsEnv>,
      failures: 'Invoked by the HTTP API, which waits: the caller sees the failure and says the same again.',
    });
    switches.allowTable(state, ['Query', 'PutItem']);
    api.forPublishers('/v1/switches', switches, [HttpMethod.GET, HttpMethod.POST]);
  }
}
