import { AwsError } from '../world.ts';
import type { Behaviour } from './recipients.ts';

/**
 * Loses the answer to a message that was accepted, when its recipient is scripted so: throws as the service would with its answer
 * of 5xx, at once or after `holdSeconds` of real time, in which whoever asks gives up first. The message is sent all the same.
 */
export const loseAnswer = async ({ outcome, answer, holdSeconds }: Behaviour, code: string): Promise<void> => {
  const lost = answer ?? (outcome === 'timeout' ? 'error' : 'normal');
  if (lost === 'normal') return;
  if (lost === 'never') await new Promise((resolve) => setTimeout(resolve, holdSeconds * 1_000).unref());
  throw new AwsError(code, 'The request has failed due to a temporary failure of the server.', { status: 503 });
};
