import { AwsError, type World } from '../../world.ts';
import { readMachineArn } from '../arns.ts';
import type { Expressions } from '../jsonata/expressions.ts';
import type { Machine, Version } from '../machines/machine.ts';
import type { MapRunRecords } from '../map-runs/map-run-records.ts';
import type { Machines } from '../machines/machines.ts';
import type { Engine } from '../run/engine.ts';
import type { Execution } from '../executions/execution.ts';
import type { Executions } from '../executions/executions.ts';

/** What the operations work with. */
export interface Parts {
  readonly world: World;
  readonly machines: Machines;
  readonly executions: Executions;
  readonly engine: Engine;
  readonly expressions: Expressions;
  readonly mapRunRecords: MapRunRecords;
}

export interface FoundMachine {
  readonly machine: Machine;
  /** When the ARN named one. */
  readonly version: Version | undefined;
}

/** Throws `InvalidArn` or `StateMachineDoesNotExist`. */
export function findMachine({ machines }: Pick<Parts, 'machines'>, arn: string): FoundMachine {
  const { machine: unqualified, qualifier } = readMachineArn(arn);
  const machine = machines.get(unqualified);
  const version = machine?.versions.find(({ number }) => String(number) === qualifier);
  if (machine === undefined || (qualifier !== undefined && version === undefined)) {
    throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  }
  return { machine, version };
}

/** Throws `ExecutionDoesNotExist`. */
export function findExecution({ executions }: Pick<Parts, 'executions'>, arn: string): Execution {
  const execution = executions.get(arn);
  if (execution === undefined) throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  return execution;
}

export function versionArn(machine: Pick<Machine, 'arn'>, version: Version): string {
  return `${machine.arn}:${version.number}`;
}
