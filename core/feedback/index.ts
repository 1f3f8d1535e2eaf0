export { feedbackSignal } from './feedback-signal.ts';
export { readReply } from './reply/read-reply.ts';
export { type Reply, replyIn, saidByReply } from './reply/revocation.ts';
export { suppressionOf } from './suppression.ts';
export { messageReport, type Reported } from './message-report.ts';
