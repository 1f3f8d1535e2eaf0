export { checkCampaign } from './check-campaign.ts';
export { checkJourney, type Problem, type Surroundings } from './check-journey.ts';
export { checkPolicy } from './check-policy.ts';
export { type Entered, type EntryRate, mayEnterNow, windowOf } from './control/entry-rate.ts';
export { endOfSpan, isPaused, type Pause, stoppedByHand } from './control/pauses.ts';
export { durationMs, spokenDuration } from './document/duration.ts';
export { instantOf } from './document/instant.ts';
export { JourneyDocument, type Window } from './document/journey.ts';
export { noPolicy, Policy } from './document/policy.ts';
export { allSteps, type ActDocument, type SendDocument, type StepDocument } from './document/steps.ts';
export type { TriggerDocument } from './document/triggers.ts';
export {
  holdPrefix,
  type LiveJourney,
  type PublishedJourney,
  readRun,
  type RunReference,
  writeRun,
} from './live-journey.ts';
export {
  type ActOutcome,
  advance,
  armOf,
  heardInPassing,
  roundOf,
  type Happening,
  type Move,
  type SendOutcome,
  type Sight,
  stepKey,
  type StepNotes,
} from './plan/advance.ts';
export { armDrawn, type Draw, drawsOf, isHeldOut } from './plan/draw.ts';
export { endOfWait } from './plan/end-of-wait.ts';
export {
  type ActNode,
  type Next,
  nextOf,
  nodeAt,
  type Plan,
  type PlanNode,
  type SendNode,
  type WaitForNode,
  type WaitNode,
} from './plan/nodes.ts';
export { planJourney } from './plan/plan.ts';
export {
  afterLastStep,
  afterWait,
  isSpanWait,
  type Segment,
  segmentAt,
  segmentsOf,
  spanMs,
  type SpanWait,
  withinReach,
} from './plan/segment.ts';
export { flowchartOf } from './proofs/flowchart.ts';
export { prices } from './proofs/prices.ts';
export { proofLines, type Proofs, proofsOf } from './proofs/proofs.ts';
export { channelNeeds, channelsOf, PublishedDocument, unmetNeeds } from './published.ts';
export type { Act } from './run/act.ts';
export { actRequest, type ActRequest } from './run/act-request.ts';
export { actsOnRun, concerns } from './run/acts-on-run.ts';
export { afterAct, beginRun } from './run/after-act.ts';
export type { Change } from './run/change.ts';
export {
  dueAt,
  type Eligibility,
  type Enrolment,
  type Entry,
  isOpen,
  lostExecution,
  mayEnter,
} from './run/enrolment.ts';
export { actsOfEntrance, type EnrolId, type Entrance, entrances, seenBefore } from './run/entrances.ts';
export { isSameThing, keyAt, valuesAt } from './run/event-paths.ts';
export { type Bindings, runBindings, withAnswers } from './run/holds.ts';
export { isEndTold } from './run/is-end-told.ts';
export { rivalsOf } from './run/rivals.ts';
export { sendId, sendRequest, topicOf } from './run/send-request.ts';
export { sightOf } from './run/sight.ts';
