export { EmailDocument, MessageDocument, MessageDocuments, SmsDocument } from './message-document.ts';
export type {
  MessageSender,
  OutgoingEmail,
  OutgoingMessage,
  OutgoingPush,
  OutgoingSms,
  SendResult,
  Tags,
} from './message-sender.ts';
export { MESSAGE_FILTERS } from './liquid/liquid-engine.ts';
export { MESSAGE_VARIABLES, messageData } from './message-data.ts';
export type { Brand, MessageContext, MessageData } from './message-data.ts';
export { checkTemplate } from './liquid/check-template.ts';
export type { TemplateFault, TemplateVariable } from './liquid/check-template.ts';
export { variablesOf } from './message-variables.ts';
export { renderMessage } from './render-message.ts';
export type {
  EmailContent,
  MessageContent,
  PushContent,
  Rendered,
  RenderRefusal,
  SmsContent,
} from './render-message.ts';
export { chooseVersion } from './version/choose-version.ts';
export type { ChosenVersion, Reader } from './version/choose-version.ts';
export { lookupLocale } from './version/lookup-locale.ts';
export { smsSegments } from './sms-segments.ts';
export type { SmsSegments } from './sms-segments.ts';
export { isSafeLink, unsafeLinkIn } from './unsafe-link.ts';
