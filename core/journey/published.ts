import * as z from 'zod';
import { JourneyDocument } from './document/journey.ts';
import { Policy } from './document/policy.ts';
import { allSteps, type SendDocument } from './document/steps.ts';

const Channels = z.array(z.enum(['email', 'sms', 'push']));

/** A journey with all it needs to run: what `journey.json` holds and what is stored per version. */
export const PublishedDocument = z.object({
  journey: JourneyDocument,
  /** The classes of the topics it sends on. */
  topics: z.record(z.string(), z.enum(['marketing', 'transactional'])),
  /** What holds for the marketing of every journey. */
  policy: Policy.optional(),
  /** Those of them whose consent counts once it is confirmed (double opt-in). */
  confirm: z.array(z.string()).exactOptional(),
  /** Compiled messages, by name and channel. */
  messages: z.record(z.string(), z.record(z.string(), z.unknown())),
  /** What its messages read of steps, by path: `steps.ask.event.properties.color`. Runs keep it for them. */
  reads: z.array(z.string()).exactOptional(),
  /** For each send: the channels of which at least one must be configured. */
  needs: z.array(Channels),
});
export type PublishedDocument = z.infer<typeof PublishedDocument>;

/** The channels a send may use, in the author's order. */
export const channelsOf = ({ channels, among }: SendDocument) => (channels === 'preferred' ? (among ?? []) : channels);

export const channelNeeds = (journey: JourneyDocument): PublishedDocument['needs'] =>
  allSteps(journey.steps).flatMap((step) => ('send' in step ? [[...channelsOf(step.send)]] : []));

/** The sends that no configured channel can carry, each as the channels one of which it needs. */
export const unmetNeeds = (
  needs: PublishedDocument['needs'],
  configured: readonly string[],
): PublishedDocument['needs'] => needs.filter((channels) => !channels.some((channel) => configured.includes(channel)));
