import fc from 'fast-check';
import { channelNeeds, JourneyDocument, Policy, type PublishedDocument } from '#core/journey';
import { MessageDocuments } from '#core/message';
import type { JsonObject } from '#core/signal';
import { stepsRead } from '../../state-machines/steps-read.ts';
import { type Happening, histories, journeys } from './random-journeys.ts';
import { playPurely } from './pure.ts';
import { type Line, monday, type Script, type Told } from './river.ts';

/** One random journey with one random history. */
export type Case = { readonly script: Script; readonly documents: readonly PublishedDocument[] };

const minute = 60_000;

/** What messages say of the steps before them; of a step there is none of, or that noted nothing, `-`. */
const heard = [
  'steps.w1.event.name',
  'steps.w1.event.properties.nth',
  'steps.w1.outcome',
  'steps.w2.event.properties.nth',
  'steps.w3.event.properties.products.0.product_id',
  'steps.w3.status',
  'steps.t1.outcome',
  'steps.t1.response.nth',
  'steps.t2.event.properties.nth',
  'steps.s1.clicked',
];
const words = `${heard.map((path) => `{{ ${path} }}`).join(' ')} {{ brand.name }} STOP`;
const fallback = Object.fromEntries(heard.map((path) => [path, '-']));
const messages = MessageDocuments.parse({
  hello: { email: { channel: 'email', subject: words, html: '<p>Hello</p>', text: 'Hello', fallback } },
  short: {
    sms: { channel: 'sms', text: words, fallback },
    push: { channel: 'push', title: 'Hi', body: words, fallback },
  },
});
const topics = { promotions: 'marketing' } as const;

const published = (draft: object, policy: object): PublishedDocument => {
  const journey = JourneyDocument.parse(draft);
  const reads = [...stepsRead(journey, messages)];
  return { journey, topics, policy: Policy.parse(policy), messages, reads, needs: channelNeeds(journey) };
};

const who = {
  email: 'a@example.com',
  phone: '+447700900123',
  timezone: 'America/New_York',
  prefers: 'sms',
  best_hour: 20,
  trial_ends_at: '2026-01-08',
  consent: { email: true, sms: true },
};
const product = (n: number) => ({ product_id: `p-${n}`, name: 'P', price: 1, quantity: 1 });

const traitsOf: { readonly [what: string]: JsonObject } = {
  trial: { trial_ends_at: '2026-01-09T12:00:00Z' },
  'no trial': { trial_ends_at: null },
  prefers: { prefers: 'push', plan: 'gold' },
  refuses: { consent: { email: false } },
};

/** @param nth the line it is in: what tells two such events apart */
const trackOf = (what: string, name: string, nth: number): JsonObject => {
  const event = what === 'again' ? `Start ${name}` : what === 'reply' ? 'SMS Received' : what;
  const properties: JsonObject =
    what === 'Order Completed'
      ? { order_id: 'o', products: [product(1)] }
      : what === 'again'
        ? { size: 'large' }
        : what === 'reply'
          ? { text: 'YES' }
          : product(what === 'Product Added' ? 2 : 1);
  return { type: 'track', event, properties: { ...properties, nth } };
};

/** The newest thing that a person could react to when the story has come so far. */
const reaction = (what: string, told: Told, at: number): Line | undefined => {
  const sent = told.sent.at(-1);
  if (what === 'click') return sent === undefined ? undefined : { at, clicks: sent.step };
  const task = told.asked.at(-1);
  return task === undefined
    ? undefined
    : { at, answers: task.step, outcome: 'yes', response: { ok: true, nth: told.asked.length } };
};

const scriptOf = (name: string, history: readonly Happening[], documents: readonly PublishedDocument[]): Script => {
  const customer = `customer-of-${name}`;
  const call = (detail: JsonObject, at: number, n: number): Line => ({
    at,
    signal: { userId: customer, messageId: `m-${n}`, ...detail },
  });
  const lines: Line[] = [
    call({ type: 'identify', traits: who }, monday, 1),
    call({ type: 'track', event: 'Product Added', properties: product(1) }, monday, 2),
    call({ type: 'track', event: `Start ${name}`, properties: { ships_on: '2026-01-07' } }, monday, 3),
  ];
  const script = { journeys: documents.map(({ journey }) => journey.name), customer, start: monday };
  for (const { what, after } of history) {
    const at = monday + after * minute;
    const traits = traitsOf[what];
    if (traits !== undefined) lines.push(call({ type: 'identify', traits }, at, lines.length + 1));
    else if (what !== 'click' && what !== 'answer')
      lines.push(call(trackOf(what, name, lines.length + 1), at, lines.length + 1));
    else {
      const soFar = playPurely({ ...script, lines: [...lines, { at, passes: true }] }, documents);
      const line = reaction(what, soFar, at);
      if (line !== undefined) lines.push(line);
    }
  }
  return { ...script, lines: [...lines, { at: monday + 60 * 1440 * minute, passes: true }] };
};

/** The n-th random case of a seed: always the same. */
export const caseOf = (seed: number, n: number): Case => {
  const [drawn] = fc.sample(fc.noBias(fc.tuple(journeys, histories)), { numRuns: 1, seed: seed + n });
  const [make, history] = drawn!;
  const name = `j-${n}`;
  const drafts = make(name);
  const documents = drafts.journeys.map((draft) => published(draft, drafts.policy));
  return { script: scriptOf(name, history, documents), documents };
};
