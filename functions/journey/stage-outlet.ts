import type * as z from 'zod/mini';
import { emailOf, phoneOf } from '#core/profile';
import { awsMessageSender } from '../aws/aws-message-sender.ts';
import { budgetLeases } from '../aws/budget-leases.ts';
import { busWriter } from '../aws/bus-writer.ts';
import { customerIds } from '../aws/customer-id.ts';
import { customerKey } from '../aws/keyed-hash.ts';
import { sendLedger } from '../aws/send-ledger.ts';
import { switchStore } from '../aws/switch-store.ts';
import type { Outlet } from './render-send.ts';
import type { RunStepEnv } from './run-step.env.ts';

/** As profiles keep addresses: domain in small letters, phone numbers in E.164. */
const normalAddress = (address: string): string => emailOf(address) ?? phoneOf(address, undefined) ?? address.trim();

/** What a stage sends with, as the environment of whoever sends has it. */
export const stageOutlet = (env: z.infer<typeof RunStepEnv>): (() => Promise<Outlet>) => {
  const switches = switchStore(env.STATE_TABLE);
  const budgets = budgetLeases(env.STATE_TABLE);
  const say = busWriter(env.BUS_NAME);
  return async () => ({
    sender: awsMessageSender,
    ledger: sendLedger(env.STATE_TABLE),
    switches,
    budgets,
    sending: { mode: env.SENDING, allowed: env.ALLOW_LIST.split(',').map(normalAddress) },
    emailFrom: env.EMAIL_FROM,
    configurationSet: env.CONFIGURATION_SET,
    smsOrigination: env.SMS_ORIGINATION,
    pushApplication: env.PUSH_APPLICATION,
    smsRules: {
      ...(env.SMS_CONFIGURATION_SET === '' ? {} : { configurationSet: env.SMS_CONFIGURATION_SET }),
      ...(env.SMS_PROTECT_CONFIGURATION === '' ? {} : { protectConfiguration: env.SMS_PROTECT_CONFIGURATION }),
      ...(env.SMS_MAX_PRICE === '' ? {} : { maxPrice: env.SMS_MAX_PRICE }),
    },
    say,
    stage: env.STAGE,
    publicUrl: env.PUBLIC_URL,
    brand: {
      name: env.BRAND_NAME,
      ...(env.BRAND_URL === '' ? {} : { url: env.BRAND_URL }),
      ...(env.BRAND_ADDRESS === '' ? {} : { address: env.BRAND_ADDRESS }),
    },
    key: await customerKey(env.KEY_SECRET_ARN),
    addressHash: (await customerIds(env.KEY_SECRET_ARN)()).addressHash,
  });
};
