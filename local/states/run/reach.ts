import { AwsError, type JsonObject, type World } from '../../world.ts';
import type { Execution } from '../executions/execution.ts';
import { StateFailure } from '../state-failure.ts';

/** What working out a state may ask the rest of the ground. All of it only reads. */
export interface Reach {
  readonly region: string;
  /** The bytes of an S3 object, read with the machine's role. Rejects with `States.ItemReaderFailed`. */
  object(execution: Execution, where: JsonObject): Promise<Buffer>;
  /** Throws when the machine's role may not start executions of the machine, which a distributed Map does. */
  mayStartChildren(execution: Execution): void;
}

export function reachInto({ stack, call, as }: Pick<World, 'stack' | 'call' | 'as'>): Reach {
  return {
    region: stack.region,
    async object({ role, machine }, where) {
      try {
        const { Body: body } = await call('s3', 'GetObject', where, as(role, machine));
        return Buffer.from(String(body ?? ''), 'base64');
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        throw new StateFailure('States.ItemReaderFailed', `${error.code}: ${error.message}`);
      }
    },
    mayStartChildren({ role, machine }) {
      try {
        as(role, machine).require('states:StartExecution', machine);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        throw new StateFailure('StepFunctions.AWSStepFunctionsException', error.message);
      }
    },
  };
}
