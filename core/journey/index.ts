export type { Act } from './act.ts';
export { afterAct, beginRun } from './after-act.ts';
export { advance, armOf, type Happening, type Holds, type Move, type SendOutcome } from './advance.ts';
export { checkJourney, type Problem, type Surroundings } from './check-journey.ts';
export {
  actsOfEntrance,
  actsOnRun,
  type Change,
  concerns,
  type EnrolId,
  type Entrance,
  entrances,
  readRun,
  writeRun,
} from './decide-acts.ts';
export { durationMs, spokenDuration } from './duration.ts';
export { dueAt, type Eligibility, type Enrolment, type Entry, isOpen, lostExecution, mayEnter } from './enrolment.ts';
export { isSameThing, keyAt, valuesAt } from './event-paths.ts';
export { type Bindings, holds } from './holds.ts';
export { JourneyDocument, type SendDocument, type Window } from './journey.ts';
export type { LiveJourney, PublishedJourney, RunReference } from './live-journey.ts';
export {
  type Next,
  nodeAt,
  type Plan,
  type PlanNode,
  planJourney,
  type SendNode,
  type WaitForNode,
  type WaitNode,
} from './plan.ts';
export { channelNeeds, PublishedDocument, unmetNeeds } from './published.ts';
export { sendRequest, topicOf } from './send-request.ts';
export { afterLastStep, afterWait, type Segment, segmentAt, segmentsOf } from './segment.ts';
