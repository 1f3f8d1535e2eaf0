export type { CalendarUnit, Cap } from './caps/cap.ts';
export type { Rival } from './caps/rivals.ts';
export { hasSlot, uniteSlots } from './caps/slots.ts';
export { type Check, checkNames, readChecks, writeChecks } from './check.ts';
export { decideSend, type SendDecision } from './decide-send.ts';
export {
  type Address,
  type Channel,
  emptyGate,
  type Gate,
  type HoldReason,
  type Sending,
  type Switch,
  type WithheldReason,
} from './gate.ts';
export { localInstant, nextOpening, type OpenDays, type OpenHours, type Weekday } from './hours/send-window.ts';
export type { SendFacts, SendRequest, Sorry } from './send-request.ts';
