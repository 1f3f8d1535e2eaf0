import { contentHash } from '#core/signal';
import type { SplitNode } from './nodes.ts';

/** A number in [0, 1), always the same for the same words and as good as random otherwise: what chance decides. */
export type Draw = (words: string) => number;

const bits = 2 ** 48;

/** The chances of one customer: from a hash of who they are and what is drawn for. @param customer their opaque id. */
export const drawsOf =
  (customer: string): Draw =>
  (words) => {
    const hash = contentHash([customer, words]);
    // The upper half of FNV mixes the last characters badly, so it is folded onto the lower.
    const folded = Number.parseInt(contentHash(hash).slice(-12), 16);
    return folded / bits;
  };

/**
 * The arm of a customer: the one with the highest weighted score, so that a new arm takes only those who go to it, and
 * nobody moves between the others (weighted rendezvous hashing, Wang et al. 2003; Mosharaf et al. 2014).
 */
export const armDrawn = ({ id, arms }: SplitNode, draw: Draw): SplitNode['arms'][number] | undefined => {
  const scored = arms.map((arm) => ({ arm, score: -arm.percent / Math.log(1 - draw(`${id}/${arm.arm}`)) }));
  return scored.reduce<(typeof scored)[number] | undefined>(
    (best, each) => (best === undefined || each.score > best.score ? each : best),
    undefined,
  )?.arm;
};

/** Whether a journey's holdout takes this customer. @param percent of all customers. */
export const isHeldOut = (journey: string, percent: number, draw: Draw): boolean =>
  percent > 0 && draw(`holdout/${journey}`) * 100 < percent;
