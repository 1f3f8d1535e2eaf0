export { type Claim, type Edge, headOf, headsOf, isBefore, MOST_USERS, ownerAmong } from './groups.ts';
export {
  emailId,
  identityAttributes,
  type IdentityNews,
  identityNews,
  type LinkChange,
  type Lookup,
  lookupsOf,
} from './identities.ts';
export { type Links, linksAfter, pairsOf } from './links.ts';
export { recentMs } from './recent.ts';
export { asOnePerson, sided } from './sides.ts';
