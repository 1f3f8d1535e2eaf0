import type { Frame } from '../../executions/execution.ts';
import type { Executions } from '../../executions/executions.ts';
import type { Draft } from '../step.ts';

/** Adds a line's events to the history. Returns the id of the one its next event points back to. */
export function tell(executions: Executions, arn: string, { events, frame }: Told): number {
  let last = frame.lastEvent;
  for (const { type, details, link } of events) {
    const id = executions.note(arn, { type, details, previous: link === 'before' ? frame.enteredAfter : last });
    if (link !== 'loose') last = id;
  }
  return last;
}

interface Told {
  readonly events: readonly Draft[];
  readonly frame: Frame;
}
