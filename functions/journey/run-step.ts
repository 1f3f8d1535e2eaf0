import * as z from 'zod/mini';
import { onMismatch } from '#core/expression';
import { busWriter } from '../aws/bus-writer.ts';
import { frozenRuns } from '../aws/frozen-runs.ts';
import { journeyControl } from '../aws/journey-control.ts';
import { journeyStore } from '../aws/journey-store.ts';
import { keyedHash } from '../aws/keyed-hash.ts';
import { count, logger, observed } from '../aws/observed.ts';
import { runStore } from '../aws/run-store.ts';
import { taskStore } from '../aws/task-store.ts';
import { webhookKey, webhookWith } from '../aws/webhook.ts';
import { outside } from './act-outside.ts';
import { RunStepEnv } from './run-step.env.ts';
import { stageOutlet } from './stage-outlet.ts';
import { type StepStores, walkRun } from './walk-run.ts';

const env = RunStepEnv.parse(process.env);
onMismatch(() => count('ConditionMismatch'));

const StepCall = z.object({
  customer: z.string(),
  journey: z.string(),
  version: z.number(),
  enrol: z.string(),
  occurrence: z.number(),
  step: z.string(),
  enteredAt: z.string(),
  token: z.string(),
  rounds: z.optional(z.record(z.string(), z.number())),
});

/** The only error the state machine sees and tries again: its text is a name, so that no personal data reaches the history. */
class RunStepFailed extends Error {
  override readonly name = 'RunStepFailed';
}

const runs = runStore(env.STATE_TABLE);
const journeys = journeyStore(env.STATE_TABLE);
const controls = journeyControl(env.STATE_TABLE);
const say = busWriter(env.BUS_NAME);
const outlet = stageOutlet(env);

const storesOf = async (): Promise<StepStores> => ({
  runs,
  journeys,
  controls,
  frozenRuns: frozenRuns(env.STATE_TABLE),
  clock: () => Date.now(),
  outside: outside({
    bus: say,
    tasks: taskStore(env.STATE_TABLE),
    webhook: webhookWith(webhookKey(await keyedHash(env.KEY_SECRET_ARN))),
  }),
  outlet: await outlet(),
});

/** Called by the state machines with a task token: does everything up to the next wait, then leaves the token open. */
export const handler = observed<unknown, void>('journey', async (event) => {
  try {
    await walkRun(StepCall.parse(event), await storesOf());
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown';
    logger.error('step failed', { reason: name });
    throw new RunStepFailed(name);
  }
});
