import type { Address } from '#core/decision';
import type { Introduction } from '../aws/send-ledger.ts';
import type { Sending } from './call-provider.ts';
import type { Outlet } from './render-send.ts';

/** What `GATE` says of a number once it is known that a message has said it. */
const known = '';

export type Introducing = {
  /** Whether the message is to say who writes and how to end it. */
  readonly isFirst: boolean;
  /** What the claim writes down of it. */
  readonly introduction?: Introduction;
};

/**
 * Said once per customer and number, by a message of marketing: transactional ones are waited for. The claim names the message that is
 * to say it, at no cost; whether it has left is what the ledger says of that message when the next one is due. A message that
 * failed, was given back, never arrived or of which nobody knows has said nothing: it is said again.
 */
export const introductionAt = async (
  { task, request }: Sending,
  address: Address,
  { ledger, addressHash }: Outlet,
): Promise<Introducing> => {
  if (address.channel !== 'sms' || request.topicClass !== 'marketing') return { isFirst: false };
  const hash = addressHash('sms', address.to);
  const by = task.gate.introduced?.[hash];
  if (by === known) return { isFirst: false };
  const row = by === undefined ? undefined : await ledger.find(task.customer, by);
  const hasSaid = (row?.evidence ?? row)?.status === 'SENT';
  return { isFirst: !hasSaid, introduction: { addressHash: hash, by: hasSaid ? known : request.send } };
};
