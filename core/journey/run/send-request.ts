import type { SendRequest } from '#core/decision';
import { durationMs } from '../document/duration.ts';
import type { JourneyDocument } from '../document/journey.ts';
import type { SendNode } from '../plan/nodes.ts';
import { channelsOf, type PublishedDocument } from '../published.ts';

/** The topic a send asks consent for: its own, else the journey's. */
export const topicOf = (journey: JourneyDocument, node: SendNode): string => node.send.topic ?? journey.topic;

/** What a send of a journey asks of the decision. @param dueAt when it could first have been done, epoch milliseconds. */
export const sendRequest = (
  { journey, topics }: Pick<PublishedDocument, 'journey' | 'topics'>,
  node: SendNode,
  dueAt: number,
): SendRequest => {
  const { window } = journey;
  const topic = topicOf(journey, node);
  const { expires } = node.send;
  return {
    topic,
    topicClass: topics[topic] ?? 'marketing',
    channels: channelsOf(node.send),
    preferredFirst: node.send.channels === 'preferred',
    dueAt,
    ...(expires === undefined ? {} : { expiresAt: dueAt + (durationMs(expires) ?? 0) }),
    ...(window === undefined
      ? {}
      : { window: { ...window, zoneUnknown: journey.zone, atMostMs: durationMs(window.atMost) ?? 0 } }),
  };
};
