import { isCustomer, own, type Json, type JsonObject } from '#core/signal';

/** What every send carries and every event about it brings back: whose it is, and from which step of which run. */
export type MessageTags = { readonly customer: string; readonly step: JsonObject };

const STEP_TAGS = ['journey', 'step'] as const;
/** The run and its occurrence in one tag: providers take few. */
const RUN = /^([a-z2-7]{26})-(\d{1,9})$/;

/** Reads our tags, one value each or a list of values as SES gives them; `undefined` when we did not send the message. */
export const readTags = (tags: JsonObject): MessageTags | undefined => {
  const customer = only(own(tags, 'customer'));
  if (!isCustomer(customer)) return undefined;
  const step = STEP_TAGS.flatMap((name) => {
    const value = only(own(tags, name));
    if (typeof value !== 'string') return [];
    // SES takes no `@`: a step in its second round, `tip@2`, is tagged `tip_2`.
    return [[name, name === 'step' ? value.replace('_', '@') : value] as const];
  });
  const [, enrol, occurrence] = RUN.exec(String(only(own(tags, 'run')) ?? '')) ?? [];
  const run = enrol === undefined || occurrence === undefined ? {} : { enrol, occurrence };
  return { customer, step: { ...Object.fromEntries(step), ...run } };
};

const only = (value: Json | undefined): Json | undefined => (Array.isArray(value) ? value[0] : value);
