import type { JourneyDocument } from '../document/journey.ts';
import { allSteps } from '../document/steps.ts';
import type { Enrolment } from './enrolment.ts';

/** Whether others must learn that a run is over: the one that began it, those it began, and who has a task of it. */
export const isEndTold = (journey: Pick<JourneyDocument, 'steps'>, run: Pick<Enrolment, 'parent'>): boolean =>
  run.parent !== undefined || allSteps(journey.steps).some((step) => 'start' in step || 'task' in step);
