import { Duration } from 'aws-cdk-lib/core';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { alarmWhen } from '../parts/alarm-when.ts';
import type { SegueFunction } from '../parts/segue-function.ts';
import type { Stage } from '../stage.ts';

export type Watched = { readonly stage: Stage; readonly runStep: SegueFunction; readonly settleClaims: SegueFunction };

/** What a function says in its log, counted per stage: metrics of functions do not tell stages apart. */
const counted = (
  scope: Construct,
  { stage, says, by }: { readonly stage: Stage; readonly says: string; readonly by: readonly SegueFunction[] },
) => {
  const metricName = says.replaceAll(/(?:^| )(\w)/g, (_, letter: string) => letter.toUpperCase());
  const [metric] = by.map((one) =>
    new MetricFilter(scope, `${metricName}By${one.node.id}`, {
      logGroup: one.logGroup,
      filterPattern: FilterPattern.stringValue('$.message', '=', says),
      metricNamespace: `Segue/${stage.name}`,
      metricName,
      metricValue: '1',
    }).metric({ statistic: 'Sum', period: Duration.minutes(5) }),
  );
  if (metric === undefined) throw new Error(`Nobody says: ${says}`);
  return metric;
};

/** What another function that sends says of messages that nobody knows of and of channels counts for the same alarms. */
export const watchAlso = (scope: Construct, stage: Stage, by: SegueFunction): void => {
  for (const says of ['message unknown', 'channel held']) counted(scope, { stage, says, by: [by] });
};

/** Alarms about messages that nobody knows of, and channels that take none. */
export const watchMessages = (scope: Construct, { stage, runStep, settleClaims }: Watched): void => {
  alarmWhen(scope, {
    stage,
    name: 'messages-unknown',
    metric: counted(scope, { stage, says: 'message unknown', by: [runStep, settleClaims] }),
    above: 0,
    runbook:
      'A provider did not answer, and it is not known whether messages left; marketing is not sent again. What the ' +
      'provider reports later settles them. Look at the status page of the provider and at `detail` of the messages ' +
      '(GET /v1/messages?customer=ID); if it lasts, switch the channel off.',
  });
  alarmWhen(scope, {
    stage,
    name: 'channel-held',
    metric: counted(scope, { stage, says: 'channel held', by: [runStep] }),
    above: 0,
    runbook:
      'A provider refuses everything from this account: sending is paused, a quota is spent, the account is in the ' +
      'sandbox or a sender is not verified; the log of run-step says which (`channel held`). Messages wait and are ' +
      'tried again after 5, 15 and 60 minutes, for a day or until they expire. Open the console of SES or End User ' +
      'Messaging, do what it asks for; nothing has to be redriven.',
  });
};
