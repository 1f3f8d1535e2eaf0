import { feedbackSignal, withReceipt } from '#core/feedback';
import { contactSignal, inboundSms, mappingReader, type Mappings, parseEvent, type Parsed, refuse } from '#core/signal';

/**
 * Reads a queue message's body: an EventBridge event, ours, a provider's or a producer's; one that a mapping's rule sent; or a
 * text message a topic brought. One message may be several signals, or none where a mapping says so.
 */
export const bodyReader = (mappings: Mappings) => {
  const readMapped = mappingReader(mappings);
  return async (text: string, now: number): Promise<readonly Parsed[]> => {
    const body = parseJson(text);
    if (body === undefined) return [refuse('not-json', '$', 'The message is not JSON.')];
    const mapped = await readMapped(body.json, now);
    if (mapped) return mapped.map(withReceipt);
    for (const read of [inboundSms, feedbackSignal, contactSignal]) {
      const parsed = read(body.json, now);
      if (parsed) return [parsed];
    }
    return [withReceipt(parseEvent(body.json, now))];
  };
};

const parseJson = (text: string): { readonly json: unknown } | undefined => {
  try {
    return { json: JSON.parse(text) };
  } catch {
    // What it says quotes the text, which may be personal.
    return undefined;
  }
};
