import * as z from 'zod';

/** Everything one deployment may choose, read from CDK context (`cdk.json`, or `-c key=value`). */
export type Stage = {
  /** `dev`, `prod`, `local` or a name of yours; part of every physical name. */
  readonly name: string;
  /** Data outlives the stack, and logs are kept for longer, in `prod` only. */
  readonly isProd: boolean;
  readonly sending: 'off' | 'allow-list' | 'live';
  /** Addresses and phone numbers that may be sent to while `sending` is `allow-list`. */
  readonly allowList: readonly string[];
  readonly email?: EmailSender;
  /** An ARN, or the resource part of one: `phone-number/phone-…`, `pool/pool-…`, `sender-id/NAME/US`. */
  readonly smsOrigination?: string;
  readonly pushApplication?: string;
  /** Yours, of End User Messaging, for every text message: names, ids or ARNs, and US dollars a part. */
  readonly smsRules: {
    readonly configurationSet: string;
    readonly protectConfiguration: string;
    readonly maxPrice: string;
  };
  readonly bus: string;
  /** Your own OpenID Connect provider; without it the stack brings a Cognito user pool. */
  readonly login?: { readonly issuer: string; readonly audience: readonly string[] };
  /** What messages say of their sender. Law asks for the postal address in marketing email. */
  readonly brand: { readonly name: string; readonly url: string; readonly address: string };
  /** `prompt`: each signal is taken as it comes. `bulk`: up to 100 at once, waiting at most a second, for less money. */
  readonly intake: 'prompt' | 'bulk';
  /** The journeys that are published, or `all`; empty: those that say they are live. */
  readonly journeys: readonly string[];
  /** Whether starts, ends, goals and messages are said on the bus: four events a run, $4 a million runs. */
  readonly announce: 'on' | 'off';
  /** What producers write with over HTTP; without it the stack makes a key up. It stands in the template, so for a laptop only. */
  readonly writeKey?: string;
  /** Origins of pages that may ask the HTTP API and read its answers; none: browsers of other origins are refused. */
  readonly consoleOrigins: readonly string[];
  /** ARN of the Amazon Connect instance whose contacts are signals. */
  readonly connectInstance?: string;
};

export type EmailSender = {
  /** A domain or one address, verified with SES. */
  readonly identity: string;
  readonly from: string;
  /** The address in `from`, without the name. */
  readonly address: string;
  /** Verified before and elsewhere: the stack only refers to it. */
  readonly exists: boolean;
};

const words = z
  .union([z.string(), z.array(z.string())])
  .transform((given) => (typeof given === 'string' ? given.split(',') : given))
  .transform((given) => given.map((word) => word.trim()).filter((word) => word !== ''));

const Settings = z.object({
  stage: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,15}$/, 'write dev, prod or a name of at most 16 small letters, digits and hyphens')
    .default('dev'),
  sending: z.enum(['off', 'allow-list', 'live'], 'write off, allow-list or live').default('allow-list'),
  allowList: words.default([]),
  emailIdentity: z
    .string()
    .regex(/^([^@\s]+@)?[a-z0-9-]+(\.[a-z0-9-]+)+$/i, 'write a domain such as shop.example, or one address')
    .optional(),
  emailIdentityExists: z
    .literal(['true', 'false', true, false], 'write true when SES has verified the identity already, else false')
    .default(false),
  emailFrom: z
    .string()
    .regex(/@[^@\s<>]+>?$/, 'write an address, such as "Shop <hello@shop.example>"')
    .optional(),
  smsOrigination: z
    .string()
    .regex(
      /^(arn:[^:]+:sms-voice:.+|phone-[0-9a-z]+|pool-[0-9a-z]+|[A-Za-z0-9-]{1,11}\/[A-Z]{2})$/,
      'write an ARN, phone-… or pool-… as `aws pinpoint-sms-voice-v2 describe-phone-numbers` shows it, or SENDER/US',
    )
    .optional(),
  pushApplication: z
    .string()
    .regex(/^[0-9a-f]{32}$/, 'write the 32 hexadecimal digits that `aws pinpoint get-apps` shows as Id')
    .optional(),
  smsConfigurationSet: z
    .string()
    .regex(/^[\w-]{1,64}$/, 'write the name of a configuration set of End User Messaging')
    .optional(),
  smsProtectConfiguration: z
    .string()
    .regex(
      /^protect-[0-9a-z]{1,64}$/,
      'write protect-… as `aws pinpoint-sms-voice-v2 describe-protect-configurations` shows it',
    )
    .optional(),
  smsMaxPrice: z
    .string()
    .regex(/^\d{0,2}\.\d{1,8}$/, 'write US dollars that a part of a text message may cost, such as 0.10')
    .optional(),
  bus: z
    .string()
    .regex(/^[\w.-]{1,256}$/, 'write letters, digits, dots and hyphens')
    .default('segue'),
  issuer: z.url({ protocol: /^https$/, error: 'write the https address of your OpenID Connect issuer' }).optional(),
  audience: words.optional(),
  brand: z.string().min(1, 'write the name customers know you by').default('Segue'),
  brandUrl: z.url({ protocol: /^https$/, error: 'write the https address of your shop or site' }).optional(),
  brandAddress: z.string().optional(),
  intake: z.enum(['prompt', 'bulk'], 'write prompt or bulk').default('prompt'),
  journeys: words.default([]),
  announce: z.enum(['on', 'off'], 'write on or off').default('on'),
  writeKey: z
    .string()
    .regex(/^[\w.-]{1,128}$/, 'write letters, digits, dots and hyphens')
    .optional(),
  consoleOrigin: words
    .pipe(z.array(z.string().regex(/^https?:\/\/[^/\s*]+$/, 'write origins such as https://console.shop.example')))
    .default([]),
  connectInstance: z
    .string()
    .regex(/^arn:[^:]+:connect:[^:]+:\d{12}:instance\/[0-9a-f-]{36}$/, 'write the ARN of your Amazon Connect instance')
    .optional(),
});

type Settings = z.output<typeof Settings>;

/** What a laptop needs for every channel to work: nothing of it exists outside the laptop. */
const local = {
  sending: 'live',
  emailIdentity: 'shop.example',
  emailFrom: 'Segue Shop <hello@shop.example>',
  smsOrigination: 'phone-00000000000000000000000000000000',
  pushApplication: '00000000000000000000000000000000',
  brand: 'Segue Shop',
  brandUrl: 'https://shop.example',
  brandAddress: '1 Example Street, Springfield',
  writeKey: 'local',
  // The page itself has the API's own origin; this is for whoever opened it under the other name of the same machine.
  consoleOrigin: ['http://localhost:8080', 'http://127.0.0.1:8080'],
};

/**
 * Reads a stage from context. Settings may stand alone (`-c sending=live`) or, for a stage that is deployed again and
 * again, under `stages.<name>` in `cdk.json`; the former win. Throws one error that names every key that is wrong and
 * what to write instead.
 */
export const readStage = (context: (key: string) => unknown): Stage => {
  const keys = Object.keys(Settings.shape);
  const given = Object.fromEntries(keys.map((key) => [key, context(key)] as const).filter(([, value]) => value));
  const name = String(given['stage'] ?? 'dev');
  const kept = keptFor(name, context('stages'));
  const unknown = Object.keys(kept).filter((key) => !keys.includes(key));
  if (unknown.length > 0) {
    throw new Error(
      complaint([`stages.${name}: ${unknown.join(', ')} is no setting; write one of ${keys.join(', ')}`]),
    );
  }
  const read = Settings.safeParse({ ...(name === 'local' ? local : {}), ...kept, ...given });
  if (!read.success) {
    throw new Error(complaint(read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)));
  }
  return { ...stageOf(read.data), ...channelsOf(read.data) };
};

/** What `cdk.json` keeps for a stage. */
const keptFor = (name: string, stages: unknown): Readonly<Record<string, unknown>> => {
  const kept = z.record(z.string(), z.record(z.string(), z.unknown())).default({}).safeParse(stages);
  if (!kept.success) throw new Error(complaint([`stages: write an object of settings per stage, {"${name}": {…}}`]));
  return kept.data[name] ?? {};
};

const stageOf = (settings: Settings): Stage => {
  const { stage: name, sending, allowList, bus, intake, journeys, announce } = settings;
  const { issuer, audience, writeKey, connectInstance, consoleOrigin: consoleOrigins } = settings;
  if ((issuer === undefined) !== (audience === undefined)) {
    throw new Error(complaint(['issuer, audience: write both for a login of your own, or neither']));
  }
  const login = issuer === undefined || audience === undefined ? {} : { login: { issuer, audience } };
  const brand = { name: settings.brand, url: settings.brandUrl ?? '', address: settings.brandAddress ?? '' };
  const ways = { ...(writeKey && { writeKey }), ...(connectInstance && { connectInstance }) };
  const isProd = name === 'prod';
  const smsRules = {
    configurationSet: settings.smsConfigurationSet ?? '',
    protectConfiguration: settings.smsProtectConfiguration ?? '',
    maxPrice: settings.smsMaxPrice ?? '',
  };
  return {
    name,
    isProd,
    sending,
    allowList,
    bus,
    brand,
    smsRules,
    intake,
    journeys,
    announce,
    consoleOrigins,
    ...login,
    ...ways,
  };
};

const channelsOf = (settings: Settings): Pick<Stage, 'email' | 'smsOrigination' | 'pushApplication'> => {
  const { smsOrigination, pushApplication } = settings;
  const email = emailOf(settings);
  return {
    ...(email && { email }),
    ...(smsOrigination && { smsOrigination: resourceOf(smsOrigination) }),
    ...(pushApplication && { pushApplication }),
  };
};

const emailOf = ({ emailIdentity: identity, emailFrom, emailIdentityExists }: Settings): EmailSender | undefined => {
  if (identity === undefined) {
    if (emailFrom === undefined) return undefined;
    throw new Error(complaint(['emailIdentity: write the domain (or address) of emailFrom that SES is to verify']));
  }
  const from = emailFrom ?? (identity.includes('@') ? identity : '');
  const address = from.replace(/^.*<|>$/g, '');
  const [sender, owner] = [address.toLowerCase(), identity.toLowerCase()];
  if (sender !== owner && !sender.endsWith(`@${owner}`) && !sender.endsWith(`.${owner}`)) {
    const example = identity.includes('@') ? identity : `hello@${identity}`;
    throw new Error(complaint([`emailFrom: write an address of ${identity}, such as "Shop <${example}>"`]));
  }
  return { identity, from, address, exists: String(emailIdentityExists) === 'true' };
};

const resourceOf = (origination: string): string => {
  if (origination.startsWith('phone-')) return `phone-number/${origination}`;
  if (origination.startsWith('pool-')) return `pool/${origination}`;
  return origination.startsWith('arn:') ? origination : `sender-id/${origination}`;
};

const complaint = (lines: readonly string[]): string =>
  ['The CDK context cannot be used:', ...lines.map((line) => `  ${line}`)].join('\n');
