import { Annotations, CustomResource, Duration, Validations } from 'aws-cdk-lib/core';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Channel } from '../message-room.ts';
import { alarmWhen } from '../parts/alarm-when.ts';
import { keepLogicalId } from '../parts/keep-logical-id.ts';
import { logsOf, type SegueFunction } from '../parts/segue-function.ts';
import type { Stage } from '../stage.ts';
import type { JourneyFiles } from './journey-files.ts';
import { machineVersion } from './machine-version.ts';
import { missingChannels } from './missing-channels.ts';

export type JourneyMachineProps = {
  readonly stage: Stage;
  readonly journey: JourneyFiles;
  readonly runStep: SegueFunction;
  readonly publishJourney: SegueFunction;
  readonly state: Table;
  /** The channels the stage has. */
  readonly channels: readonly Channel[];
};

/** Physical name of a journey's state machine: whoever starts or wakes its runs knows it without referring to it. */
export const machineName = (stage: Stage, journey: string): string => `segue-${stage.name}-${journey}`;

/**
 * One journey: its state machine, a numbered version for every change of it, and the custom resource that publishes the
 * journey's document. Runs start on a version and finish on it, whatever is deployed meanwhile.
 */
export class JourneyMachine extends Construct {
  constructor(scope: Construct, id: string, props: JourneyMachineProps) {
    super(scope, id);
    const { stage, journey, publishJourney } = props;
    const machine = this.machine(props);
    const version = machineVersion(this, machine, [journey.definition, substitutions(props)]);
    new CustomResource(this, 'Published', {
      resourceType: 'Custom::Journey',
      serviceToken: publishJourney.functionArn,
      serviceTimeout: Duration.minutes(5),
      properties: { Name: journey.name, Document: journey.document, Machine: version.ref },
    });
    alarmWhen(this, {
      stage,
      name: `${journey.name}-failed`,
      metric: machine.metricFailed({ statistic: 'Sum' }),
      above: 0,
      runbook: `Runs of ${journey.name} failed. Open one in the Step Functions console, repair its cause, then redrive it.`,
    });
    // Deployed all the same, and refused by name when it is published: the rest of the stack is none the worse for it.
    for (const { id, message } of missingChannels(journey, props.channels))
      Annotations.of(this).addWarningV2(id, message);
  }

  private machine(props: JourneyMachineProps): sfn.StateMachine {
    const { stage, journey } = props;
    const name = machineName(stage, journey.name);
    const machine = new sfn.StateMachine(this, 'Machine', {
      stateMachineName: name,
      definitionBody: sfn.DefinitionBody.fromString(journey.definition),
      definitionSubstitutions: substitutions(props),
      role: this.role(props),
      tracingEnabled: true,
      // Every event of a run for 5 % of what its transitions cost, and never the data in it: ids stay in the tables.
      logs: {
        destination: logsOf(this, 'Logs', { stage, name: `/aws/vendedlogs/states/${name}` }),
        level: sfn.LogLevel.ALL,
        includeExecutionData: false,
      },
    });
    // A machine that is replaced ends every run in it.
    keepLogicalId(machine, `${this.node.id}Machine`);
    return machine;
  }

  private role({ runStep, state }: JourneyMachineProps): iam.Role {
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('states.amazonaws.com') });
    // All versions of run-step: a run calls the one it was started with, also after the next deployment.
    role.addToPolicy(
      new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [`${runStep.functionArn}:*`] }),
    );
    role.addToPolicy(new iam.PolicyStatement({ actions: ['dynamodb:UpdateItem'], resources: [state.tableArn] }));
    Validations.of(role).acknowledge(
      {
        id: 'AwsSolutions-IAM5[Resource::<RunStep.Arn>:*]',
        reason: 'Versions of one function: an open run goes on calling the version it was started with.',
      },
      {
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'X-Ray and the delivery of logs know no resources: their actions can be allowed on * only.',
      },
    );
    return role;
  }
}

const substitutions = ({ runStep, state }: JourneyMachineProps): Record<string, string> => ({
  RunStep: runStep.currentVersion.functionArn,
  StateTable: state.tableName,
});
