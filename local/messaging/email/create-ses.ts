import { randomUUID } from 'node:crypto';
import { operation } from '../../events/operation.ts';
import { AwsError, type Caller, type JsonObject, type Service, type World } from '../../world.ts';
import type { Happenings } from '../happenings.ts';
import type { Outbox } from '../outbox.ts';
import { loseAnswer } from '../lost-answer.ts';
import { planFeedback } from '../plan-feedback.ts';
import { type Mode, throttling } from '../provider-mode.ts';
import type { Behaviour, Recipients } from '../recipients.ts';
import { sesAccount, type SesAccount } from './account.ts';
import { checkDraft, type Dialect, V1, V2 } from './check-draft.ts';
import type { Draft } from './draft.ts';
import { draftOfRaw, draftOfV1, draftOfV2, sendEmail, sendEmailV2, sendRawEmail } from './draft-of-request.ts';
import type { ConfigurationSet, SesSettings } from './ses-settings.ts';
import type { Suppression } from './suppression.ts';

export type SesParts = {
  readonly world: World;
  readonly settings: SesSettings;
  readonly outbox: Outbox;
  readonly happenings: Happenings;
  readonly recipients: Recipients;
  readonly suppression: Suppression;
  readonly mode: Mode;
};

/** SES, both versions of its API. A message is on disk, with all that will befall it, before it is acknowledged. */
export const createSes = (parts: SesParts): Service => {
  const { suppression } = parts;
  const account = sesAccount(parts);
  const taking = { ...parts, account };
  const first = operation(sendEmail, async (given, caller) =>
    accept(taking, { draft: draftOfV1(given), caller, dialect: V1('SendEmail') }),
  );
  const second = operation(sendEmailV2, async (given, caller) =>
    accept(taking, { draft: await draftOfV2(given), caller, dialect: V2('SendEmail') }),
  );
  return {
    name: 'ses',
    operations: {
      SendRawEmail: operation(sendRawEmail, async (given, caller) =>
        accept(taking, { draft: await draftOfRaw(given), caller, dialect: V1('SendRawEmail') }),
      ),
      // Both versions have a SendEmail; only the second has Content.
      SendEmail: async (input, caller) => ('Content' in input ? second : first)(input, caller),
      ...account.operations,
      ...suppression.operations,
    },
    routes: [
      { route: 'POST /v2/email/outbound-emails', operation: 'SendEmail' },
      { route: 'GET /v2/email/account', operation: 'GetAccount' },
      { route: 'PUT /v2/email/account/sending', operation: 'PutAccountSendingAttributes' },
      { route: 'PUT /v2/email/suppression/addresses', operation: 'PutSuppressedDestination' },
      { route: 'GET /v2/email/suppression/addresses', operation: 'ListSuppressedDestinations' },
      { route: 'GET /v2/email/suppression/addresses/{EmailAddress}', operation: 'GetSuppressedDestination' },
      { route: 'DELETE /v2/email/suppression/addresses/{EmailAddress}', operation: 'DeleteSuppressedDestination' },
    ],
  };
};

type Handed = { readonly draft: Draft; readonly caller: Caller; readonly dialect: Dialect };

const accept = async (
  parts: SesParts & { readonly account: SesAccount },
  { draft, caller, dialect }: Handed,
): Promise<JsonObject> => {
  const { world, settings, outbox, happenings, mode } = parts;
  const paused = () => new AwsError(dialect.accountPaused, 'Email sending is disabled for your account.');
  mode.check({ throttled: dialect.throttled, paused });
  if (!parts.account.isEnabled()) throw paused();
  const { identity, set } = checkDraft(draft, caller, {
    settings,
    mode: mode.current(),
    region: world.stack.region,
    dialect,
  });
  const behaviour = behaviourOf(parts, draft.destinations, set);
  if (behaviour.outcome === 'throttle') throw throttling(dialect.throttled);
  const at = world.clock.now();
  const id = `0100${randomUUID()}-000000`;
  const { destinations, headers, tags, subject, text, html } = draft;
  outbox.add({
    message: {
      id,
      channel: 'email',
      to: destinations.join(', '),
      from: draft.from,
      subject,
      text,
      html,
      headers: Object.fromEntries(headers.filter(isSeen).map(({ name, value }) => [name, value])),
      tags,
      at: new Date(at).toISOString(),
    },
    sending: {
      ...(set === undefined ? {} : { configurationSet: set.name }),
      destinations,
      sourceArn: identity.arn,
      headers,
      operation: dialect.action.slice('ses:'.length),
      callerId: caller.id,
    },
  });
  planFeedback(happenings, { messageId: id, at, behaviour });
  await world.journal.durable();
  await loseAnswer(behaviour, dialect.failed);
  return { MessageId: id };
};

/** SES takes its own headers out before it sends. */
const isSeen = ({ name }: { readonly name: string }): boolean => !/^(x-ses-|bcc$)/i.test(name);

/** One message has one course: the first recipient who would not simply get it decides. */
const behaviourOf = (
  { recipients, suppression }: SesParts,
  destinations: readonly string[],
  set: ConfigurationSet | undefined,
): Behaviour => {
  const all = destinations.map(recipients.of);
  const first = all.find(({ outcome }) => outcome !== 'deliver') ?? all[0] ?? recipients.of('');
  const isSuppressed = set?.suppresses.size !== 0 && destinations.some(suppression.isSuppressed);
  return isSuppressed ? { ...first, outcome: 'suppressed' } : first;
};
