import { emailLinkClicked, taskAnswered } from '#core/events';
import { flow, passTime, type River, type Sent, source, type World } from '#core/flow';
import { planJourney, type PublishedDocument, withAnswers } from '#core/journey';
import { messageData, MessageDocuments, renderMessage } from '#core/message';
import { emptyProfile, viewProfile } from '#core/profile';
import { parseEvent, type JsonObject } from '#core/signal';
import type { Line, Script, Told } from './river.ts';

/** What a line says, as a Segment call; nothing where only time passes, or nothing has come of the step it is about. */
const detailOf = (line: Line, customer: string, river: River): JsonObject | undefined => {
  if ('signal' in line) return line.signal;
  const isClick = 'clicks' in line;
  const name = isClick ? line.clicks : 'answers' in line ? line.answers : undefined;
  if (name === undefined) return undefined;
  const tasks = river.done.filter(({ request }) => request.do === 'task');
  const about = (isClick ? river.sent : tasks).findLast(({ step }) => step === name);
  if (about === undefined) throw new Error(`Nothing has come of a step "${name}".`);
  const { journey, enrol, occurrence } = about.run;
  const event = isClick ? emailLinkClicked : taskAnswered;
  const more: JsonObject =
    'answers' in line ? { task: name, outcome: line.outcome, by: 'agent-1', response: line.response } : { human: true };
  return {
    type: 'track',
    event,
    userId: customer,
    messageId: `${event} ${name} ${line.at}`,
    properties: { step: name, journey, enrol, occurrence, ...more },
  };
};

const brand = { name: 'Shop', url: 'https://shop.example', address: '1 High Street, London' };
const profile = viewProfile(emptyProfile());

const read = new WeakMap<object, MessageDocuments>();
const messagesOf = (messages: PublishedDocument['messages']): MessageDocuments => {
  const known = read.get(messages) ?? MessageDocuments.parse(messages);
  read.set(messages, known);
  return known;
};

/** What a message says of its run; it asks nothing of the profile. */
const saysOf = ({ run, message, channel }: Sent, documents: readonly PublishedDocument[]): string => {
  const published = documents.find(({ journey }) => journey.name === run.journey);
  const document = published === undefined ? undefined : messagesOf(published.messages)[message]?.[channel];
  const data = messageData(profile, { brand, entry: run.entry, steps: withAnswers(run.steps) });
  const rendered = document === undefined ? undefined : renderMessage(document, data);
  if (rendered?.ok !== true) throw new Error(`"${message}" cannot be said: ${rendered?.message}`);
  const { content } = rendered;
  return content.channel === 'email' ? content.subject : content.channel === 'sms' ? content.text : content.body;
};

/** A story told by the pure core, with journeys of any origin: what every machine must tell alike. */
export const playPurely = ({ customer, lines }: Script, documents: readonly PublishedDocument[]): Told => {
  const journeys = documents.map(({ journey, reads }) => ({
    journey,
    plan: planJourney(journey, reads),
    version: 1,
    machine: journey.name,
  }));
  const topics = Object.assign({}, ...documents.map((each) => each.topics));
  const world: World = { journeys, topics, policy: documents[0]?.policy };
  let river = source(customer);
  for (const line of lines) {
    river = passTime(river, line.at, world);
    const detail = detailOf(line, customer, river);
    if (detail === undefined) continue;
    const envelope = { 'detail-type': 'track', source: 'shop', time: new Date(line.at).toISOString(), detail };
    const { signal } = parseEvent(envelope, line.at);
    if (signal === undefined) throw new Error('A line is no signal.');
    river = flow(river, signal, { world, now: line.at });
  }
  return {
    sent: river.sent.map((sent) => {
      const { at, channel, message, step } = sent;
      return { at, channel, message, step, says: saysOf(sent, documents) };
    }),
    asked: river.done.flatMap(({ at, step, request }) =>
      request.do === 'task' ? [{ at, step, to: request.to, shows: request.shows }] : [],
    ),
    emitted: river.done.flatMap(({ at, request }) =>
      request.do === 'emit' ? [{ at, event: request.event, properties: request.properties }] : [],
    ),
    ended: river.runs
      .toSorted((a, b) => a.enteredAt - b.enteredAt || (a.enrol < b.enrol ? -1 : 1))
      .map(({ journey, endReason, exitReason }) => ({ journey, reason: endReason ?? exitReason ?? 'open' })),
  };
};
