import { journeyRequested, journeySource } from '#core/events';
import type { ActRequest } from '#core/journey';
import type { JsonObject } from '#core/signal';
import type { BusWriter } from '../aws/bus-writer.ts';
import type { TaskStore } from '../aws/task-store.ts';
import type { Webhook } from '../aws/webhook.ts';
import { type Deed, deedId, type Done, type Outside } from './walk/outside.ts';

type Said = { readonly type: 'identify' | 'track'; readonly event: string } & (
  | { readonly traits: JsonObject }
  | { readonly properties: JsonObject }
);

const done: Done = { status: 'done' };

/** Says something on the bus: it comes back as a signal of this customer, once however often it is said. */
const say = async (bus: BusWriter, said: Said, deed: Deed): Promise<Done> => {
  const context = { customer: deed.customer, hops: deed.hops + 1 };
  const detail = { ...said, messageId: deedId(deed), timestamp: new Date(deed.at).toISOString(), context };
  await bus([{ source: journeySource, detailType: said.type, detail }]);
  return done;
};

const ask = async (tasks: TaskStore, request: Extract<ActRequest, { do: 'task' }>, deed: Deed): Promise<Done> => {
  const { to, title, shows, outcomes, dueMs } = request;
  const { customer, journey, enrol, occurrence, step, at } = deed;
  const about = { id: deedId(deed), journey, enrol, occurrence, step };
  const isAsked = await tasks.ask(customer, { ...about, to, title, shows, outcomes, askedAt: at, dueAt: at + dueMs });
  return isAsked ? done : { status: 'left' };
};

/** The bus, the people and the addresses outside. */
export const outside = (to: {
  readonly bus: BusWriter;
  readonly tasks: TaskStore;
  readonly webhook: Webhook;
}): Outside => ({
  perform: async (request, deed) => {
    switch (request.do) {
      case 'update':
        return say(to.bus, { type: 'identify', event: 'Identified', traits: request.traits }, deed);
      case 'emit':
        return say(to.bus, { type: 'track', event: request.event, properties: request.properties }, deed);
      case 'start': {
        const { journey, enrol, occurrence, step } = deed;
        const parent = { journey, enrol, occurrence, step };
        const properties = { journey: request.journey, properties: request.properties, parent };
        return say(to.bus, { type: 'track', event: journeyRequested, properties }, deed);
      }
      case 'task':
        return ask(to.tasks, request, deed);
      case 'webhook':
        return to.webhook({ url: request.url, body: request.body, key: deedId(deed), at: deed.at });
    }
  },
});
