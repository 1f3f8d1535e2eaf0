import * as z from 'zod';

const Liquid = z.string().min(1);
/** Hash of the author's source, by which a publisher knows that nothing has to be compiled again. */
const Source = z.string().min(1).optional();

export const EmailDocument = z.strictObject({
  channel: z.literal('email'),
  subject: Liquid,
  html: Liquid,
  text: Liquid,
  /** Instead of the stage's sender. */
  from: z.string().min(1).optional(),
  source: Source,
});

export const SmsDocument = z.strictObject({ channel: z.literal('sms'), text: Liquid, source: Source });

export const PushDocument = z.strictObject({
  channel: z.literal('push'),
  title: Liquid,
  body: Liquid,
  link: Liquid.optional(),
  source: Source,
});

/** One message on one channel as it is published: every field but `from` and `source` is a Liquid template. */
export const MessageDocument = z.discriminatedUnion('channel', [EmailDocument, SmsDocument, PushDocument]);

/** One message on the channels it exists for. */
export const MessageVariants = z.strictObject({
  email: EmailDocument.optional(),
  sms: SmsDocument.optional(),
  push: PushDocument.optional(),
});

/** All messages of a journey, by name. */
export const MessageDocuments = z.record(z.string(), MessageVariants);

export type EmailDocument = z.infer<typeof EmailDocument>;
export type SmsDocument = z.infer<typeof SmsDocument>;
export type PushDocument = z.infer<typeof PushDocument>;
export type MessageDocument = z.infer<typeof MessageDocument>;
export type MessageVariants = z.infer<typeof MessageVariants>;
export type MessageDocuments = z.infer<typeof MessageDocuments>;
