import type { Caller, World } from '../../world.ts';
import type { Execution } from '../executions/execution.ts';

/**
 * Who makes a task's call: the machine's role, or the role of the task's `Credentials`, which the machine's role must be
 * allowed to assume. Throws `AccessDeniedException`.
 */
export function roleOf(
  world: Pick<World, 'as'>,
  { role, machine }: Pick<Execution, 'role' | 'machine'>,
  credentials: string | undefined,
): Caller {
  const own = world.as(role, machine);
  if (credentials === undefined) return own;
  own.require('sts:AssumeRole', credentials);
  return world.as(credentials, machine);
}
