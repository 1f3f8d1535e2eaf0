import * as z from 'zod';

/** Message templates as Pinpoint's API has them: `…TemplateResponse` and `…TemplateRequest` (version 2016-12-01). */

const Text = z.string();
const common = { TemplateName: Text.optional(), Version: Text.optional(), DefaultSubstitutions: Text.optional() };

export const EmailTemplate = z.object({
  ...common,
  Subject: Text.optional(),
  HtmlPart: Text.optional(),
  TextPart: Text.optional(),
});
export type EmailTemplate = z.infer<typeof EmailTemplate>;

export const SmsTemplate = z.object({ ...common, Body: Text.optional() });
export type SmsTemplate = z.infer<typeof SmsTemplate>;

const Notification = z.object({
  Action: z.enum(['OPEN_APP', 'DEEP_LINK', 'URL']).optional(),
  Title: Text.optional(),
  Body: Text.optional(),
  Url: Text.optional(),
});
export type Notification = z.infer<typeof Notification>;

export const PushTemplate = z.object({
  ...common,
  Default: Notification.optional(),
  APNS: Notification.optional(),
  GCM: Notification.optional(),
  ADM: Notification.optional(),
  Baidu: Notification.optional(),
});
export type PushTemplate = z.infer<typeof PushTemplate>;
