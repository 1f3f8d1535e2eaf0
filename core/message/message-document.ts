import * as z from 'zod';

const Liquid = z.string().min(1);

const Common = {
  /** Hash of the author's source, by which a publisher knows that nothing has to be compiled again. */
  source: z.string().min(1).optional(),
  /** BCP 47 tag of the language it is written in, `de` or `de-AT`; absent: that of everybody else. */
  locale: z.string().min(1).optional(),
  /** Which of several wordings this is, `a`, `b` …; absent: the only one. */
  variant: z.string().min(1).optional(),
  /** Percent of customers who get this wording; absent: all wordings alike. */
  share: z.number().min(0).max(100).optional(),
  /** What is said where a customer has no value, by path: `profile.firstName`. */
  fallback: z.record(z.string(), z.json()).optional(),
};

const Email = z.strictObject({
  channel: z.literal('email'),
  subject: Liquid,
  html: Liquid,
  text: Liquid,
  /** Instead of the stage's sender. */
  from: z.string().min(1).optional(),
  ...Common,
});

const Sms = z.strictObject({ channel: z.literal('sms'), text: Liquid, ...Common });

const Push = z.strictObject({
  channel: z.literal('push'),
  title: Liquid,
  body: Liquid,
  link: Liquid.optional(),
  ...Common,
});

/** `versions` are the other languages and wordings; the message itself is for everybody they do not fit. */
export const EmailDocument = Email.extend({ versions: z.array(Email).optional() });
export const SmsDocument = Sms.extend({ versions: z.array(Sms).optional() });
export const PushDocument = Push.extend({ versions: z.array(Push).optional() });

/** One message on one channel as it is published. What a customer reads in it is Liquid. */
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
