import { Annotations, CustomResource, Duration, Validations } from 'aws-cdk-lib/core';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Alias } from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Channel } from '../message-room.ts';
import { alarmWhen } from '../parts/alarm-when.ts';
import { keepLogicalId } from '../parts/keep-logical-id.ts';
import { logsOf, type SegueFunction } from '../parts/segue-function.ts';
import type { Stage } from '../stage.ts';
import { definitionFile } from './definition-file.ts';
import type { JourneyFiles } from './journey-files.ts';
import { machineVersion } from './machine-version.ts';
import { missingChannels } from './missing-channels.ts';

export type JourneyMachineProps = {
  readonly stage: Stage;
  readonly journey: JourneyFiles;
  /** `live`: whatever was deployed last. */
  readonly runStep: Alias;
  readonly publishJourney: SegueFunction;
  readonly state: Table;
  /** The channels the stage has. */
  readonly channels: readonly Channel[];
};

/** Physical name of a journey's state machine: whoever starts or wakes its runs knows it without referring to it. */
export const machineName = (stage: Stage, journey: string): string => `segue-${stage.name}-${journey}`;

/**
 * One journey: its state machine, a numbered version for every change of it, and the custom resource that publishes the
 * journey's document. Runs keep the machine and the document they started with; what sends is always the run-step of now,
 * so that a kill switch, a new sender or a fix reaches them too.
 */
export class JourneyMachine extends Construct {
  constructor(scope: Construct, id: string, props: JourneyMachineProps) {
    super(scope, id);
    const { stage, journey, publishJourney } = props;
    const machine = this.machine(props);
    const version = machineVersion(this, machine, [journey.definition, substitutions(props)]);
    const published = new CustomResource(this, 'Published', {
      resourceType: 'Custom::Journey',
      serviceToken: publishJourney.functionArn,
      serviceTimeout: Duration.minutes(5),
      properties: {
        Name: journey.name,
        Document: journey.document,
        Machine: version.ref,
        // Nothing reads it: a channel that comes or goes changes it, so that a refused journey is looked at again.
        Channels: props.channels.join(','),
      },
    });
    // To CloudFormation a new id is a new journey, and it retires the old one, of the same name, last of all.
    keepLogicalId(published, `${id}Published`);
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
      definitionBody: definitionFile(journey.definition),
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
    role.addToPolicy(new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [runStep.functionArn] }));
    role.addToPolicy(new iam.PolicyStatement({ actions: ['dynamodb:UpdateItem'], resources: [state.tableArn] }));
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'X-Ray and the delivery of logs know no resources: their actions can be allowed on * only.',
    });
    return role;
  }
}

const substitutions = ({ runStep, state }: JourneyMachineProps): Record<string, string> => ({
  RunStep: runStep.functionArn,
  StateTable: state.tableName,
});
