/** One send: a step, in its round of a repeat (`tip@2`), of one run of a customer. */
export type SendName = {
  readonly customer: string;
  readonly enrol: string;
  readonly occurrence: number;
  readonly step: string;
};

/** A step in its round as providers take it: letters, digits, `_` and `-`. */
const plainStep = (step: string): string => step.replace('@', '_');

/**
 * What the world outside calls a message. It is made of what its provider is told in tags (customer, run, step), so that an
 * event, a row and a request name the same message and nothing must be looked up in between.
 */
export const messageIdOf = ({ customer, enrol, occurrence, step }: SendName): string =>
  `${customer}-${enrol}-${occurrence}-${plainStep(step)}`;

/** And back; undefined for what is no id of a message. */
export const readMessageId = (id: string): SendName | undefined => {
  const [, customer, enrol, occurrence, step] =
    /^([a-z2-7]{26})-([a-z2-7]{26})-(\d{1,9})-([A-Za-z0-9_-]{1,200})$/.exec(id) ?? [];
  if (customer === undefined || enrol === undefined || occurrence === undefined || step === undefined) return undefined;
  return { customer, enrol, occurrence: Number(occurrence), step: step.replace('_', '@') };
};
