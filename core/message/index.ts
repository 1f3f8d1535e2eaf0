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
export type { Brand, MessageContext, MessageData, MessageLinks } from './message-data.ts';
export { checkTemplate } from './liquid/check-template.ts';
export type { TemplateFault, TemplateVariable } from './liquid/check-template.ts';
export { stepsReadBy, variablesOf } from './message-variables.ts';
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
export { introduced } from './introduce-sms.ts';
export { lookupLocale } from './version/lookup-locale.ts';
export { smsSegments } from './sms-segments.ts';
export type { SmsSegments } from './sms-segments.ts';
export { isSafeLink, unsafeLinkIn } from './unsafe-link.ts';
export { messageIdOf, readMessageId } from './ledger/message-id.ts';
export type { SendName } from './ledger/message-id.ts';
export { messageInWords } from './ledger/message-in-words.ts';
export { readReports, settledBy, writeReport } from './ledger/message-report.ts';
export type { MessageReport, ReportKind } from './ledger/message-report.ts';
export { readMessageRow } from './ledger/message-row.ts';
export type { MessageRow, MessageStatus } from './ledger/message-row.ts';
export { whyWithheld } from './ledger/why-withheld.ts';
