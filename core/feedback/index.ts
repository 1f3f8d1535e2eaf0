export { feedbackSignal } from './feedback-signal.ts';
export { suppressionOf } from './suppression.ts';
