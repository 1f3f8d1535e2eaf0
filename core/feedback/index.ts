export { feedbackSignal } from './feedback-signal.ts';
