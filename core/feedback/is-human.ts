import { isObject, own, parseTimestamp, type Json } from '#core/signal';

/** Security products, link previews and programs that follow links name themselves, mostly. */
const MACHINE =
  /bot\b|crawl|spider|scanner|barracuda|proofpoint|mimecast|safelinks|symantec|fireeye|preview|headless|phantom|python|curl|wget|okhttp|go-http|java\/|axios|node-fetch/i;

/** Nobody reads and clicks faster. Measured from when SES took the message, since its events do not tell the delivery. */
const TOO_FAST_MS = 2000;

/**
 * A first, honest guess whether a person opened or clicked: not within 2 s of sending, and not with the user agent of a known
 * machine, none at all, or the bare `Mozilla/5.0` of Apple's mail privacy proxy, which opens every message by itself.
 * It misses scanners that wait and call themselves a browser, and takes Gmail's image proxy for its reader.
 * @param act the `open` or `click` part of an SES event
 */
export const isHuman = (act: Json | undefined, sentAt: Json | undefined): boolean => {
  if (!isObject(act)) return false;
  const agent = own(act, 'userAgent');
  if (typeof agent !== 'string' || agent.trim() === '' || agent.trim() === 'Mozilla/5.0' || MACHINE.test(agent))
    return false;
  const [at, sent] = [parseTimestamp(own(act, 'timestamp')), parseTimestamp(sentAt)];
  return at === undefined || sent === undefined || at - sent > TOO_FAST_MS;
};
