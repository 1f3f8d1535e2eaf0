export { hidden, maskEmail, maskId, maskPhone, maskTraits, maskValue } from './mask.ts';
export { checkNextActions, type NextAction, nextActionsOf, type Suggestion } from './next-action.ts';
export { type Outlook, plannedTouchpoints } from './outlook/planned-touchpoints.ts';
export { sayTouchpoint } from './outlook/say-touchpoint.ts';
export { sayExits } from './outlook/spoken.ts';
export type { Touchpoint } from './outlook/touchpoint.ts';
export { whyStage } from './words.ts';
export { liveOffers, type Offer } from './offers.ts';
export { type History, type Note, type Place, type TimelineEntry, timelineOf, type TimelinePage } from './timeline.ts';
