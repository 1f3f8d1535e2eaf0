import * as z from 'zod/mini';
import { RunStepEnv } from '../journey/run-step.env.ts';

const queue = z.string().check(z.minLength(1));

/** What sends for journeys is told the same. */
export const SendBulkEnv = z.extend(RunStepEnv, { MEMBERS_QUEUE_URL: queue, WALKS_QUEUE_URL: queue });
