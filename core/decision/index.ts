export { decideSend, type SendDecision, type SendFacts, type SendRequest } from './decide-send.ts';
export { type Address, type Channel, emptyGate, type Gate, type Sending, type WithheldReason } from './gate.ts';
export { localInstant, nextOpening, type OpenDays, type OpenHours, type Weekday } from './send-window.ts';
