import { AwsError, type Caller } from '../../world.ts';
import type { ProviderMode } from '../provider-mode.ts';
import { addressesIn, type Draft } from './draft.ts';
import type { ConfigurationSet, Identity, SesSettings } from './ses-settings.ts';

/** The two versions of the API name the same refusals differently and have different limits. */
export type Dialect = {
  readonly action: string;
  readonly badRequest: string;
  readonly noSuchSet: string;
  readonly setPaused: string;
  readonly throttled: string;
  readonly accountPaused: string;
  readonly failed: string;
  readonly mostBytes: number;
};
export const V1 = (action: string): Dialect => ({
  action: `ses:${action}`,
  badRequest: 'InvalidParameterValue',
  noSuchSet: 'ConfigurationSetDoesNotExist',
  setPaused: 'ConfigurationSetSendingPausedException',
  throttled: 'Throttling',
  accountPaused: 'AccountSendingPausedException',
  failed: 'ServiceUnavailable',
  mostBytes: 10 * 1024 * 1024,
});
export const V2 = (action: string): Dialect => ({
  action: `ses:${action}`,
  badRequest: 'BadRequestException',
  noSuchSet: 'NotFoundException',
  setPaused: 'SendingPausedException',
  throttled: 'TooManyRequestsException',
  accountPaused: 'SendingPausedException',
  failed: 'ServiceUnavailable',
  mostBytes: 40 * 1024 * 1024,
});

const MOST_RECIPIENTS = 50;

export type Checked = { readonly identity: Identity; readonly set?: ConfigurationSet };
type Checks = {
  readonly settings: SesSettings;
  readonly mode: ProviderMode;
  readonly region: string;
  readonly dialect: Dialect;
};

/** Refuses what SES refuses: unverified senders, unknown configuration sets, wrong addresses and tags, too much; then asks IAM. */
export const checkDraft = (draft: Draft, caller: Caller, checks: Checks): Checked => {
  const { settings, dialect } = checks;
  const refuse = (message: string) => new AwsError(dialect.badRequest, message);
  const [from = ''] = addressesIn(draft.from);
  if (from === '') throw refuse("Missing required header 'From'.");
  if (draft.destinations.length === 0) throw refuse("Missing required header 'To'.");
  if (draft.destinations.length > MOST_RECIPIENTS) throw refuse(`Recipient count exceeds ${MOST_RECIPIENTS}.`);
  for (const address of [from, ...draft.destinations]) checkAddress(address, refuse);
  if (draft.bytes > dialect.mostBytes)
    throw refuse(`Message length is more than ${dialect.mostBytes} bytes long: '${draft.bytes}'.`);
  checkTags(draft, refuse);
  const set = setOf(draft, settings, dialect);
  const identity = verified(from, draft, checks);
  const context = { 'ses:FromAddress': from, 'ses:Recipients': draft.destinations };
  caller.require(dialect.action, identity.arn, context);
  if (set !== undefined) caller.require(dialect.action, set.arn, context);
  return { identity, ...(set === undefined ? {} : { set }) };
};

const checkAddress = (address: string, refuse: (message: string) => AwsError): void => {
  const [, domain] = /^[^@\s]+@([^@\s]+)$/.exec(address) ?? [];
  if (domain === undefined) throw refuse("Missing final '@domain'");
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(domain)) throw refuse('Domain contains illegal character or has no dot');
};

const checkTags = ({ tags }: Draft, refuse: (message: string) => AwsError): void => {
  for (const [name, value] of Object.entries(tags)) {
    if (!/^[\w:-]{1,256}$/.test(name) || name.startsWith('ses:'))
      throw refuse(`Invalid tag name <${name}>: only alphanumeric ASCII characters, '_', and '-' are allowed.`);
    if (!/^[\w.@-]{1,256}$/.test(value))
      throw refuse(
        `Invalid tag value <${value}>: only alphanumeric ASCII characters, '_', '-', '.' and '@' are allowed.`,
      );
  }
};

const setOf = (draft: Draft, settings: SesSettings, dialect: Dialect): ConfigurationSet | undefined => {
  if (draft.configurationSet === undefined) return undefined;
  const set = settings.set(draft.configurationSet);
  if (set === undefined)
    throw new AwsError(dialect.noSuchSet, `Configuration set <${draft.configurationSet}> does not exist.`);
  if (!set.mayUse) throw new AwsError(dialect.setPaused, `Sending is paused for configuration set <${set.name}>.`);
  return set;
};

const verified = (from: string, draft: Draft, { settings, mode, region }: Checks): Identity => {
  const mustBe = [from, ...(mode.sandbox ? draft.destinations.filter((address) => !isSimulator(address)) : [])];
  const failed = mustBe.filter((address) => settings.identityOf(address) === undefined);
  const identity = settings.identityOf(from);
  if (identity === undefined || failed.length > 0)
    throw new AwsError(
      'MessageRejected',
      `Email address is not verified. The following identities failed the check in region ${region.toUpperCase()}: ${failed.join(', ')}`,
    );
  return identity;
};

const isSimulator = (address: string): boolean => address.endsWith('@simulator.amazonses.com');
