import { isCustomer, own, type Json, type JsonObject } from '#core/signal';

/** What every send carries and every event about it brings back: whose it is, and from which step of which run. */
export type MessageTags = { readonly customer: string; readonly step: JsonObject };

const STEP_TAGS = ['journey', 'enrol', 'occurrence', 'step', 'topic'] as const;

/** Reads our tags, one value each or a list of values as SES gives them; `undefined` when we did not send the message. */
export const readTags = (tags: JsonObject): MessageTags | undefined => {
  const customer = only(own(tags, 'customer'));
  if (!isCustomer(customer)) return undefined;
  const step = STEP_TAGS.flatMap((name) => {
    const value = only(own(tags, name));
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return { customer, step: Object.fromEntries(step) };
};

const only = (value: Json | undefined): Json | undefined => (Array.isArray(value) ? value[0] : value);
