export { atNow, changesOf, newestAt, type Timed } from './at-now.ts';
export { complaintAttributes, complaintView } from './complaints.ts';
export { factsAfter, type Facts } from './facts.ts';
export { bestHour, factsView } from './view-facts.ts';
