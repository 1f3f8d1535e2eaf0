import { isObject, own, parseTimestamp, type Json, type JsonObject } from '#core/signal';

/** What speaks for or against a person. The first that holds decides; 1 is certain that it was one. */
type Sign = { readonly confidence: number; readonly when: (trace: Trace) => boolean };
type Trace = {
  readonly act: 'open' | 'click';
  readonly agent: string;
  readonly address: string;
  /** Since SES took the message; undefined when a time is missing. */
  readonly afterMs: number | undefined;
};

/** Security products, link previews and programs that follow links name themselves, mostly. */
const MACHINE =
  /bot\b|crawl|spider|scanner|barracuda|proofpoint|mimecast|safelinks|symantec|messagelabs|fireeye|trellix|ironport|sophos|forcepoint|zscaler|trendmicro|fortinet|cloudmark|avanan|checkpoint|vade|urldefense|preview|headless|phantom|selenium|puppeteer|playwright|python|curl|wget|okhttp|go-http|java\/|libwww|axios|node-fetch|facebookexternalhit|whatsapp|ms-office|microsoft office existence/i;

/** Proxies that fetch the pictures of a message for its reader, or before there is one. */
const IMAGE_PROXY = /GoogleImageProxy|ggpht\.com|YahooMailProxy|YahooCacheSystem|OutlookImageProxy/i;

/** Apple's mail privacy proxy opens every message by itself, and calls itself no more than this. */
const APPLE_PROXY = /^Mozilla\/5\.0$/;
/** Networks of Apple (17.0.0.0/8), and of Google's image proxy: nobody reads their mail from there. */
const PROXY_NETWORK = /^(?:17\.|66\.249\.(?:8\d|9[0-5])\.|66\.102\.|64\.233\.1[67]\d\.|74\.125\.|72\.14\.199\.)/;

/** Nobody reads and clicks faster. Measured from when SES took the message, since its events do not tell the delivery. */
const TOO_FAST_MS = 2000;
/** A person may be so fast; scanners that wait a little are, too. */
const FAST_MS = 10_000;

const SIGNS: readonly Sign[] = [
  { confidence: 0.02, when: ({ agent }) => MACHINE.test(agent) },
  { confidence: 0.05, when: ({ afterMs }) => afterMs !== undefined && afterMs <= TOO_FAST_MS },
  { confidence: 0.1, when: ({ agent }) => agent === '' },
  { confidence: 0.1, when: ({ agent }) => APPLE_PROXY.test(agent) },
  { confidence: 0.3, when: ({ act, agent }) => act === 'open' && IMAGE_PROXY.test(agent) },
  { confidence: 0.3, when: ({ act, address }) => act === 'open' && PROXY_NETWORK.test(address) },
  {
    confidence: 0.1,
    when: ({ act, agent, address }) => act === 'click' && (IMAGE_PROXY.test(agent) || PROXY_NETWORK.test(address)),
  },
  { confidence: 0.6, when: ({ afterMs }) => afterMs !== undefined && afterMs <= FAST_MS },
  { confidence: 0.7, when: ({ act }) => act === 'open' },
];
/** A browser on somebody's own network that follows a link in its own time. */
const A_PERSON = 0.9;

/** From here on it drives branches, counts as engagement and teaches the best hour. */
const ENOUGH = 0.5;

const text = (act: JsonObject, name: string): string => {
  const value = own(act, name);
  return typeof value === 'string' ? value.trim() : '';
};

/**
 * How sure it is that a person opened or clicked, 0 to 1, and whether that is enough. Too fast, known machines, none at all,
 * and the proxies of Apple, Google and Yahoo, which open messages by themselves, are not enough. It misses scanners that wait
 * and call themselves a browser.
 * @param part the `open` or `click` part of an SES event
 */
export const humanity = (
  act: 'open' | 'click',
  part: Json | undefined,
  sentAt: Json | undefined,
): { readonly human: boolean; readonly confidence: number } => {
  const event = isObject(part) ? part : {};
  const [at, sent] = [parseTimestamp(own(event, 'timestamp')), parseTimestamp(sentAt)];
  const afterMs = at === undefined || sent === undefined ? undefined : at - sent;
  const trace = { act, agent: text(event, 'userAgent'), address: text(event, 'ipAddress'), afterMs };
  const confidence = SIGNS.find(({ when }) => when(trace))?.confidence ?? A_PERSON;
  return { human: confidence >= ENOUGH, confidence };
};
