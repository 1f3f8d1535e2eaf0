import * as z from 'zod';
import { JourneyDocument, type StepDocument } from './journey.ts';

const Channels = z.array(z.enum(['email', 'sms', 'push']));

/** A journey with all it needs to run: what `journey.json` holds and what is stored per version. */
export const PublishedDocument = z.object({
  journey: JourneyDocument,
  /** The classes of the topics it sends on. */
  topics: z.record(z.string(), z.enum(['marketing', 'transactional'])),
  /** Compiled messages, by name and channel. */
  messages: z.record(z.string(), z.record(z.string(), z.unknown())),
  /** For each send: the channels of which at least one must be configured. */
  needs: z.array(Channels),
});
export type PublishedDocument = z.infer<typeof PublishedDocument>;

const sendsOf = (steps: readonly StepDocument[]): readonly Extract<StepDocument, { send: unknown }>[] =>
  steps.flatMap((step) => {
    if ('send' in step) return [step];
    if ('branch' in step) return sendsOf([...step.branch.flatMap(({ then }) => then), ...(step.otherwise ?? [])]);
    return 'waitFor' in step ? sendsOf(Object.values(step.then ?? {}).flat()) : [];
  });

/** The channels a send may use, in the author's order. */
export const channelsOf = ({ channels, among }: Extract<StepDocument, { send: unknown }>['send']) =>
  channels === 'preferred' ? (among ?? []) : channels;

export const channelNeeds = (journey: JourneyDocument): PublishedDocument['needs'] =>
  sendsOf(journey.steps).map(({ send }) => [...channelsOf(send)]);

/** The sends that no configured channel can carry, each as the channels one of which it needs. */
export const unmetNeeds = (
  needs: PublishedDocument['needs'],
  configured: readonly string[],
): PublishedDocument['needs'] => needs.filter((channels) => !channels.some((channel) => configured.includes(channel)));
