export { feedbackSignal } from './feedback-signal.ts';
export { withReceipt } from './push-receipt.ts';
export { readReply } from './reply/read-reply.ts';
export { type Reply, replyIn, saidByReply } from './reply/revocation.ts';
export { regained, type Regained } from './reply/regained.ts';
export { suppressionOf } from './suppression.ts';
export { messageReport, type Reported } from './message-report.ts';
