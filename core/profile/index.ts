export { consentChanges, consentGranted } from './consent.ts';
export type { Consent, ConsentChange, Consents } from './consent.ts';
export { zoneOf } from './contact.ts';
export { consentsOf, emptyProfile, foldSignal } from './profile.ts';
export type { Profile } from './profile.ts';
export type { CartProduct, Channel, ContextView, ProfileView } from './profile-view.ts';
export { viewProfile } from './view-profile.ts';
export { emailOf, phoneOf } from './contact.ts';
export { changesOf, type Timed } from './traits/index.ts';
