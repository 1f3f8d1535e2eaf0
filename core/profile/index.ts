export {
  chainStart,
  CHANNELS,
  consentChanges,
  consentGranted,
  consentRecord,
  consentStatus,
  isChannel,
  linkAfter,
  sha256,
  verifyChain,
  withConfirmation,
} from './consent/index.ts';
export type {
  ChainCheck,
  ChainHead,
  Consent,
  ConsentChange,
  ConsentLink,
  ConsentRecord,
  Consents,
  ConsentStatus,
} from './consent/index.ts';
export { zoneOf } from './contact.ts';
export { consentsOf, emptyProfile, foldSignal, isFull } from './profile.ts';
export type { Profile } from './profile.ts';
export type { CartProduct, Channel, ContextView, ProfileView } from './profile-view.ts';
export { viewProfile } from './view-profile.ts';
export { emailOf, phoneOf } from './contact.ts';
export { changesOf, type Timed } from './traits/index.ts';
export {
  type Claim,
  type Edge,
  emailId,
  headOf,
  headsOf,
  type IdentityNews,
  identityNews,
  isBefore,
  type LinkChange,
  type Lookup,
  lookupsOf,
  MOST_USERS,
  ownerAmong,
  pairsOf,
  recentMs,
} from './identity/index.ts';
