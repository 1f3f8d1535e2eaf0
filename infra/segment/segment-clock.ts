import { Stack, Validations } from 'aws-cdk-lib/core';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { alarmWhen } from '../parts/alarm-when.ts';
import { keepLogicalId } from '../parts/keep-logical-id.ts';
import { logsOf, type SegueFunction } from '../parts/segue-function.ts';
import type { Stage } from '../stage.ts';

const clockName = (stage: Stage): string => `segue-${stage.name}-segment-clock`;

/** Named, not referred to: the functions that start it are made before it is. */
export const clockMachineArn = (scope: Construct, stage: Stage): string =>
  Stack.of(scope).formatArn({ service: 'states', resource: `stateMachine:${clockName(stage)}` });

/** One execution for each minute in which somebody is due: it waits for the minute, then calls until nobody is left. */
const definition = {
  Comment: 'Waits for one minute, and looks at the customers whose segments may change in it.',
  QueryLanguage: 'JSONata',
  StartAt: 'Wait for the minute',
  States: {
    'Wait for the minute': { Type: 'Wait', Timestamp: '{% $states.input.at %}', Next: 'Look at who is due' },
    'Look at who is due': {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: '${SweepSegments}', Payload: { minute: '{% $states.input.minute %}' } },
      Output: { minute: '{% $states.input.minute %}', isDone: '{% $states.result.Payload.isDone %}' },
      Retry: [
        { ErrorEquals: ['States.ALL'], IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 10, MaxDelaySeconds: 300 },
      ],
      Next: 'Is anybody left',
    },
    'Is anybody left': {
      Type: 'Choice',
      Choices: [{ Condition: '{% $states.input.isDone %}', Next: 'Nobody' }],
      Default: 'Look at who is due',
    },
    Nobody: { Type: 'Succeed' },
  },
} as const;

/**
 * The clock of segments. A rule that runs every minute would run a thousand times a day for nothing; an execution is there
 * only for minutes that somebody waits for, costs four transitions, and is exact.
 */
export class SegmentClock extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { stage, sweep }: { readonly stage: Stage; readonly sweep: SegueFunction },
  ) {
    super(scope, id);
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('states.amazonaws.com') });
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [sweep.functionArn] }));
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'X-Ray and the delivery of logs know no resources: their actions can be allowed on * only.',
    });
    const machine = new StateMachine(this, 'Machine', {
      stateMachineName: clockName(stage),
      definitionBody: DefinitionBody.fromString(JSON.stringify(definition)),
      definitionSubstitutions: { SweepSegments: sweep.functionArn },
      role,
      tracingEnabled: true,
      logs: {
        destination: logsOf(this, 'Logs', { stage, name: `/aws/vendedlogs/states/${clockName(stage)}` }),
        level: LogLevel.ALL,
        includeExecutionData: false,
      },
    });
    keepLogicalId(machine, 'SegmentClock');
    alarmWhen(this, {
      stage,
      name: 'segment-clock-failed',
      metric: machine.metricFailed({ statistic: 'Sum' }),
      above: 0,
      runbook: 'Some customers were not looked at when time should have changed their segments: redrive the execution.',
    });
  }
}
