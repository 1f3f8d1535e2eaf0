import type { World } from '../world.ts';
import type { Sent } from './outbox.ts';

/**
 * Does what a mailbox does when its owner presses “unsubscribe”: posts to the link of a message that offers one click (RFC 8058).
 * AWS hears nothing of it. What cannot be posted is noted.
 */
export const pressUnsubscribe = async ({ note }: Pick<World, 'note'>, { message }: Sent): Promise<void> => {
  const header = (name: string): string =>
    Object.entries(message.headers).find(([given]) => given.toLowerCase() === name)?.[1] ?? '';
  const [, link] = /<(https?:[^>]+)>/.exec(header('list-unsubscribe')) ?? [];
  if (link === undefined || !/one-click/i.test(header('list-unsubscribe-post')))
    return note(`Message ${message.id} offers no way to unsubscribe with one click.`);
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await fetch(link, { method: 'POST', headers, body: 'List-Unsubscribe=One-Click' });
  if (!answer.ok) note(`Unsubscribing from message ${message.id} was answered ${answer.status}.`);
};
