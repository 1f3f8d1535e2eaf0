import { AwsError } from '../../world.ts';

/** The refusal of a pattern in AWS's words: `InvalidEventPatternException`, with the reason after `Reason: `. */
export const invalidPattern = (reason: string): AwsError =>
  new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
