import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Stage } from '../stage.ts';

export type AlarmCondition = {
  readonly stage: Stage;
  /** Physical name after `segue-<stage>-`. */
  readonly name: string;
  readonly metric: IMetric;
  /** Alarms above this. */
  readonly above: number;
  /** What it means and what to do first: whoever reads it was just woken. */
  readonly runbook: string;
};

/** An alarm without an action: whoever operates the stack subscribes to alarms by their `segue-<stage>-` names. */
export const alarmWhen = (scope: Construct, { stage, name, metric, above, runbook }: AlarmCondition): Alarm =>
  new Alarm(scope, `alarm-${name}`, {
    alarmName: `segue-${stage.name}-${name}`,
    alarmDescription: runbook,
    metric,
    threshold: above,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
