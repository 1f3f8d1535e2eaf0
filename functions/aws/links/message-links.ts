import { consentChanged, consentRequested } from '#core/events';
import type { MessageLinks } from '#core/message';
import type { Channel } from '#core/profile';
import { type JsonObject, own } from '#core/signal';
import { unsubscribeUrl } from '../unsubscribe-link.ts';
import { confirmationUrl } from './confirmation-link.ts';
import { preferencesUrl } from './preferences-link.ts';
import type { LinkMaker } from './signed-link.ts';
import { surveyLinks } from './survey-link.ts';

/** One message to one customer, as its links name it. */
export type Linked = {
  readonly customer: string;
  readonly channel: Channel;
  readonly topic: string;
  readonly run: { readonly journey: string; readonly enrol: string; readonly occurrence: number };
  readonly step: string;
  readonly entry: { readonly event: string; readonly messageId: string; readonly properties: JsonObject };
};

/** A link that confirms what the run was entered with: where that was a consent, asked for on this very channel. */
const confirmUrl = ({ customer, channel, entry }: Linked, maker: LinkMaker): string | undefined => {
  const { event, messageId: request, properties } = entry;
  const topic = own(properties, 'topic');
  if (event !== consentRequested && event !== consentChanged) return undefined;
  if (own(properties, 'channel') !== channel || typeof topic !== 'string') return undefined;
  const wording = own(properties, 'wording');
  return confirmationUrl(
    { customer, channel, topic, request, wording: typeof wording === 'string' ? wording : '' },
    maker,
  );
};

/** Every link a message may have. */
export const messageLinks = (linked: Linked, maker: LinkMaker): MessageLinks & { readonly unsubscribeUrl: string } => {
  const { customer, channel, topic, run, step } = linked;
  const confirmed = confirmUrl(linked, maker);
  return {
    unsubscribeUrl: unsubscribeUrl(maker.publicUrl, { customer, channel, topic }, maker.key),
    preferencesUrl: preferencesUrl({ customer, channel }, maker),
    survey: surveyLinks(
      { customer, journey: run.journey, enrol: run.enrol, occurrence: String(run.occurrence), step },
      maker,
    ),
    ...(confirmed !== undefined && { confirmUrl: confirmed }),
  };
};
