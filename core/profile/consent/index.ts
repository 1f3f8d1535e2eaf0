export { CHANNELS, consentAttributes, consentChanges, isChannel } from './consent-changes.ts';
export type { Consent, ConsentChange, Consents } from './consent-changes.ts';
export { consentGranted, consentsFrom, consentStatus } from './consent-status.ts';
export type { ConsentStatus, ConsentTerms } from './consent-status.ts';
export { type Consented, consentView, isLasting, withConfirmation } from './consent-view.ts';
export { consentRecord, type ConsentRecord } from './consent-record.ts';
export { chainStart, linkAfter, verifyChain } from './consent-chain.ts';
export type { ChainCheck, ChainHead, ConsentLink } from './consent-chain.ts';
export { sha256 } from './sha256.ts';
