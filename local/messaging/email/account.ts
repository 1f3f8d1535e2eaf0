import * as z from 'zod';
import { flag, operation } from '../../events/operation.ts';
import type { Operation, World } from '../../world.ts';
import type { Mode } from '../provider-mode.ts';
import type { Outbox } from '../outbox.ts';

type Parts = { readonly world: World; readonly mode: Mode; readonly outbox: Outbox };

const DAY = 86_400_000;
const SANDBOX = { Max24HourSend: 200, MaxSendRate: 1 };
const PRODUCTION = { Max24HourSend: 50_000, MaxSendRate: 14 };

/** The account's right to send email: asked about and switched, in both versions of the API. Journalled (kind `provider`). */
export const sesAccount = ({ world, mode, outbox }: Parts) => {
  const { journal, clock } = world;
  const isEnabled = (): boolean =>
    journal.get('provider', 'email-enabled') !== false && mode.current().sending !== 'paused';
  const enable = async (enabled: boolean): Promise<void> => {
    journal.put('provider', 'email-enabled', enabled);
    await journal.durable();
  };
  const quota = () => {
    const since = clock.now() - DAY;
    const sent = outbox.list().filter(({ channel, at }) => channel === 'email' && Date.parse(at) > since).length;
    return { ...(mode.current().sandbox ? SANDBOX : PRODUCTION), SentLast24Hours: sent };
  };

  const operations: Readonly<Record<string, Operation>> = {
    GetAccount: operation(z.object({}), async (_, caller) => {
      caller.require('ses:GetAccount', '*');
      return {
        SendingEnabled: isEnabled(),
        ProductionAccessEnabled: !mode.current().sandbox,
        EnforcementStatus: mode.current().sending === 'paused' ? 'SHUTDOWN' : 'HEALTHY',
        SendQuota: quota(),
        SuppressionAttributes: { SuppressedReasons: ['BOUNCE', 'COMPLAINT'] },
      };
    }),
    PutAccountSendingAttributes: operation(
      z.object({ SendingEnabled: z.boolean().default(false) }),
      async ({ SendingEnabled }, caller) => {
        caller.require('ses:PutAccountSendingAttributes', '*');
        await enable(SendingEnabled);
        return {};
      },
    ),
    GetAccountSendingEnabled: operation(z.object({}), async (_, caller) => {
      caller.require('ses:GetAccountSendingEnabled', '*');
      return { Enabled: isEnabled() };
    }),
    UpdateAccountSendingEnabled: operation(z.object({ Enabled: flag.default(false) }), async ({ Enabled }, caller) => {
      caller.require('ses:UpdateAccountSendingEnabled', '*');
      await enable(Enabled);
      return {};
    }),
    GetSendQuota: operation(z.object({}), async (_, caller) => {
      caller.require('ses:GetSendQuota', '*');
      return quota();
    }),
  };
  return { isEnabled, operations };
};
export type SesAccount = ReturnType<typeof sesAccount>;
