import { AwsError, type World } from '../../world.ts';
import type { Program, State } from '../asl/program.ts';

/** The rule through which Step Functions on AWS hears that a started execution is over. */
const RULE = 'StepFunctionsGetEventsForStepFunctionsExecutionRule';
const ACTIONS = ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'];

/**
 * AWS makes no machine that waits for executions (`.sync`) unless its role may manage that rule. Here no rule is made; the
 * permission is looked for all the same. Throws `AccessDeniedException`.
 */
export function requireManagedRule(
  { stack, as }: Pick<World, 'stack' | 'as'>,
  role: string,
  program: Program | undefined,
): void {
  if (program === undefined || !waitsForExecutions(program)) return;
  const rule = `arn:aws:events:${stack.region}:${stack.account}:rule/${RULE}`;
  try {
    for (const action of ACTIONS) as(role).require(action, rule);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const told = `'${role}' is not authorized to create managed-rule. ${error.message}`;
    throw new AwsError('AccessDeniedException', told, { status: 400 });
  }
}

function waitsForExecutions(program: Program): boolean {
  return [...program.states.values()].some(waits);
}

function waits(state: State): boolean {
  if (state.type === 'Task') return state.integration.sync !== undefined;
  if (state.type === 'Map') return waitsForExecutions(state.body);
  return state.type === 'Parallel' && state.branches.some(waitsForExecutions);
}
