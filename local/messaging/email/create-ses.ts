import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { operation } from '../../events/operation.ts';
import type { Caller, JsonObject, Service, World } from '../../world.ts';
import type { Happenings } from '../happenings.ts';
import type { Outbox } from '../outbox.ts';
import { planFeedback } from '../plan-feedback.ts';
import type { Mode } from '../provider-mode.ts';
import type { Behaviour, Recipients } from '../recipients.ts';
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
  const { world, mode, suppression } = parts;
  const first = operation(sendEmail, async (given, caller) =>
    accept(parts, { draft: draftOfV1(given), caller, dialect: V1('SendEmail') }),
  );
  const second = operation(sendEmailV2, async (given, caller) =>
    accept(parts, { draft: await draftOfV2(given), caller, dialect: V2('SendEmail') }),
  );
  return {
    name: 'ses',
    operations: {
      SendRawEmail: operation(sendRawEmail, async (given, caller) =>
        accept(parts, { draft: await draftOfRaw(given), caller, dialect: V1('SendRawEmail') }),
      ),
      // Both versions have a SendEmail; only the second has Content.
      SendEmail: async (input, caller) => ('Content' in input ? second : first)(input, caller),
      GetAccount: operation(z.object({}), async (_, caller) => {
        caller.require('ses:GetAccount', '*');
        const { sandbox } = mode.current();
        return {
          SendingEnabled: true,
          ProductionAccessEnabled: !sandbox,
          EnforcementStatus: 'HEALTHY',
          SendQuota: sandbox
            ? { Max24HourSend: 200, MaxSendRate: 1, SentLast24Hours: sentToday(parts) }
            : { Max24HourSend: 50_000, MaxSendRate: 14, SentLast24Hours: sentToday(parts) },
          SuppressionAttributes: { SuppressedReasons: ['BOUNCE', 'COMPLAINT'] },
        };
      }),
      ...suppression.operations,
    },
    routes: [
      { route: 'POST /v2/email/outbound-emails', operation: 'SendEmail' },
      { route: 'GET /v2/email/account', operation: 'GetAccount' },
      { route: 'PUT /v2/email/suppression/addresses', operation: 'PutSuppressedDestination' },
      { route: 'GET /v2/email/suppression/addresses', operation: 'ListSuppressedDestinations' },
      { route: 'GET /v2/email/suppression/addresses/{EmailAddress}', operation: 'GetSuppressedDestination' },
      { route: 'DELETE /v2/email/suppression/addresses/{EmailAddress}', operation: 'DeleteSuppressedDestination' },
    ],
  };

  function sentToday({ outbox }: SesParts): number {
    const since = world.clock.now() - 86_400_000;
    return outbox.list().filter(({ channel, at }) => channel === 'email' && Date.parse(at) > since).length;
  }
};

type Handed = { readonly draft: Draft; readonly caller: Caller; readonly dialect: Dialect };

const accept = async (parts: SesParts, { draft, caller, dialect }: Handed): Promise<JsonObject> => {
  const { world, settings, outbox, happenings, mode } = parts;
  mode.check(dialect.throttled);
  const { identity, set } = checkDraft(draft, caller, {
    settings,
    mode: mode.current(),
    region: world.stack.region,
    dialect,
  });
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
  planFeedback(happenings, { messageId: id, at, behaviour: behaviourOf(parts, destinations, set) });
  await world.journal.durable();
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
  if (set?.suppresses.size !== 0 && destinations.some(suppression.isSuppressed)) return { outcome: 'suppressed' };
  const all = destinations.map(recipients.of);
  return all.find(({ outcome }) => outcome !== 'deliver') ?? all[0] ?? { outcome: 'deliver' };
};
