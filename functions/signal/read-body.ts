import { feedbackSignal } from '#core/feedback';
import { parseEvent, refuse, type Parsed } from '#core/signal';

/** Reads a queue message's body: an EventBridge event, ours, a provider's or a producer's. */
export const readBody = (body: string, now: number): Parsed => {
  const envelope = parseJson(body);
  if (envelope === undefined) return refuse('not-json', '$', 'The message is not JSON.');
  return feedbackSignal(envelope.json, now) ?? parseEvent(envelope.json, now);
};

const parseJson = (text: string): { readonly json: unknown } | undefined => {
  try {
    return { json: JSON.parse(text) };
  } catch {
    // What it says quotes the text, which may be personal.
    return undefined;
  }
};
