import { createHash } from 'node:crypto';
import { Names, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { CfnStateMachineVersion, type StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';

/**
 * Publishes a machine as a numbered version. When what it was `madeFrom` changes, a new version is made beside the old
 * one, never instead of it: runs wait in the old one for days.
 */
export const machineVersion = (scope: Construct, machine: StateMachine, madeFrom: unknown): CfnStateMachineVersion => {
  const version = new CfnStateMachineVersion(scope, 'Version', {
    stateMachineArn: machine.stateMachineArn,
    stateMachineRevisionId: machine.stateMachineRevisionId,
  });
  version.applyRemovalPolicy(RemovalPolicy.RETAIN);
  version.overrideLogicalId(`${Names.uniqueId(version).slice(0, 200)}${digest(Stack.of(scope).resolve(madeFrom))}`);
  return version;
};

const digest = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 10);
