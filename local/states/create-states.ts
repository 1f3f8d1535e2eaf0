import type { Service, World } from '../world.ts';
import { announcer, type Emit } from './announce.ts';
import { executionOperations } from './api/execution-operations.ts';
import { machineOperations } from './api/machine-operations.ts';
import { taskOperations } from './api/task-operations.ts';
import { mapRunOperations } from './api/map-run-operations.ts';
import type { Parts } from './api/parts.ts';
import { startExecution } from './api/start-execution.ts';
import { testState } from './api/test-state.ts';
import { createMapRunRecords } from './map-runs/map-run-records.ts';
import type { Launch } from './executions/launch.ts';
import { versionOperations } from './api/version-operations.ts';
import { createExpressions } from './jsonata/expressions.ts';
import { createMachines } from './machines/machines.ts';
import { deployTemplate } from './machines/template-machines.ts';
import { createEngine } from './run/engine.ts';
import { createExecutions } from './executions/executions.ts';
import { type ExecutionSummary, summarise } from './summaries.ts';

export interface States extends Service {
  /** Goes on with every execution the journal has, after all services are up. */
  recover(): void;
  /** Every execution, in the order they started. */
  executionSummaries(): readonly ExecutionSummary[];
}

/**
 * Step Functions: standard workflows in JSONata, with the state machines of the template. What it cannot run it refuses
 * when a machine is made. Throws when the template has such a machine.
 * @param emit takes what it says of executions to the default bus; without it, it says nothing.
 */
export function createStates(world: World, emit?: Emit): States {
  const expressions = createExpressions(world.clock);
  const machines = createMachines(world, expressions);
  const executions = createExecutions(world);
  const mapRunRecords = createMapRunRecords(world.journal, executions);
  const launch: Launch = (input, caller, by) => startExecution(parts)(input, caller, by);
  const engine = createEngine({
    world,
    executions,
    machines,
    mapRunRecords,
    launch,
    ...(emit === undefined ? {} : { announce: announcer(world, emit) }),
  });
  const parts: Parts = { world, machines, executions, engine, expressions, mapRunRecords };
  deployTemplate(world, machines, expressions);
  return {
    name: 'states',
    operations: {
      ...machineOperations(parts),
      ...versionOperations(parts),
      ...executionOperations(parts),
      ...taskOperations(parts),
      ...mapRunOperations(parts),
      ...testState(parts),
    },
    recover() {
      for (const { arn } of executions.running()) engine.resume(arn);
    },
    executionSummaries: () => summarise(executions),
  };
}
