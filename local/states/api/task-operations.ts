import * as z from 'zod';
import { AwsError, type Caller, type JsonObject, type Service } from '../../world.ts';
import { machineOfExecution } from '../arns.ts';
import { parseJson } from '../json.ts';
import { outcomeOf } from '../run/lines/children.ts';
import type { Place } from '../executions/execution.ts';
import { MAX_BYTES } from '../run/perform/values.ts';
import { readToken } from '../executions/token.ts';
import type { Parts } from './parts.ts';
import { request } from './request.ts';

const token = z.string().min(1).max(2_048);
const SUCCESS = z.strictObject({ taskToken: token, output: z.string() });
const FAILURE = z.strictObject({
  taskToken: token,
  error: z.string().max(256).optional(),
  cause: z.string().max(32_768).optional(),
});
const HEARTBEAT = z.strictObject({ taskToken: token });

/** What the holder of a task token may do. Each is on disk before it is acknowledged. */
export function taskOperations({ world, executions, engine }: Parts): Service['operations'] {
  return {
    async SendTaskSuccess(input, caller) {
      const { taskToken, output: text } = request(SUCCESS, input);
      const place = open(taskToken, { caller, action: 'states:SendTaskSuccess' });
      const output = Buffer.byteLength(text) > MAX_BYTES ? undefined : parseJson(text);
      if (output === undefined) throw new AwsError('InvalidOutput', "Invalid Output: 'Invalid task output.'");
      engine.complete(place, { kind: 'result', value: output });
      return acknowledged();
    },
    async SendTaskFailure(input, caller) {
      const { taskToken, error, cause } = request(FAILURE, input);
      engine.complete(open(taskToken, { caller, action: 'states:SendTaskFailure' }), outcomeOf({ error, cause }));
      return acknowledged();
    },
    async SendTaskHeartbeat(input, caller) {
      const { taskToken } = request(HEARTBEAT, input);
      engine.beat(open(taskToken, { caller, action: 'states:SendTaskHeartbeat' }));
      return acknowledged();
    },
  };

  async function acknowledged(): Promise<JsonObject> {
    await world.journal.durable();
    return {};
  }

  /** The task that waits for this token, whether or not its call has returned. */
  function open(text: string, { caller, action }: { readonly caller: Caller; readonly action: string }): Place {
    const read = readToken(text);
    if (read === undefined) throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
    caller.require(action, machineOfExecution(read.execution));
    const execution = executions.get(read.execution);
    if (execution?.startedAt !== read.startedAt) {
      throw new AwsError('TaskDoesNotExist', "Task Does Not Exist: 'Provided task does not exist'");
    }
    const phase = execution.status === 'RUNNING' ? execution.frames[read.frame]?.phase : undefined;
    if ((phase?.at !== 'calling' && phase?.at !== 'open') || phase.call !== read.call) {
      throw new AwsError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
    }
    return { execution: read.execution, frame: read.frame };
  }
}
