import type { Bug } from './ground/aws.ts';
import { tellStory, type Told } from './story/tell-story.ts';

export type Range = { readonly from: number; readonly seeds: number };

type Watch = {
  readonly bug?: Bug | undefined;
  readonly isAgain?: boolean;
  /** Told of every story; true = enough. */
  readonly told: (told: Told) => boolean | void;
};

/** Stories told beside each other: while one waits for the table, another goes on. Each is alone in its own world. */
const atOnce = 12;

export const runSeeds = async ({ from, seeds }: Range, { bug, isAgain = false, told }: Watch): Promise<void> => {
  let next = from;
  let isEnough = false;
  const worker = async (): Promise<void> => {
    while (next < from + seeds && !isEnough)
      if (told(await tellStory({ seed: next++ }, { bug, isAgain })) === true) isEnough = true;
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, seeds) }, worker));
};
