import { AwsError } from '../world.ts';

/** A state machine ARN, with the version or alias it may end in. */
export interface MachineArn {
  readonly machine: string;
  readonly name: string;
  readonly qualifier: string | undefined;
}

const MACHINE = /^(?<machine>arn:aws[\w-]*:states:[\w-]+:\d{12}:stateMachine:(?<name>[^:]+))(?::(?<qualifier>[^:]+))?$/;
const EXECUTION = /^arn:aws[\w-]*:states:[\w-]+:\d{12}:execution:[^:]+:[^:]+$/;

/** Throws `InvalidArn`. */
export function readMachineArn(arn: string): MachineArn {
  const { machine, name, qualifier } = MACHINE.exec(arn)?.groups ?? {};
  if (machine === undefined || name === undefined) throw new AwsError('InvalidArn', `Invalid Arn: '${arn}'`);
  return { machine, name, qualifier };
}

/** Throws `InvalidArn`. */
export function readExecutionArn(arn: string): string {
  if (!EXECUTION.test(arn)) throw new AwsError('InvalidArn', `Invalid Arn: '${arn}'`);
  return arn;
}

export function executionArn(machine: string, name: string): string {
  return `${machine.replace(':stateMachine:', ':execution:')}:${name}`;
}

export function machineOfExecution(execution: string): string {
  return execution.slice(0, execution.lastIndexOf(':')).replace(':execution:', ':stateMachine:');
}

/** 1 to 80 characters, without blanks, brackets, wildcards and what AWS calls special. Throws `InvalidName`. */
export function checkName(name: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are among what AWS refuses
  if (name.length > 80 || !/^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]+$/.test(name)) {
    throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
  }
  return name;
}
