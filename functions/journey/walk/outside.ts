import type { ActRequest } from '#core/journey';

/** Whose act it is, and what it is called: the same act again has the same name. Instants are epoch milliseconds. */
export type Deed = {
  readonly customer: string;
  readonly journey: string;
  readonly enrol: string;
  readonly occurrence: number;
  /** The step in this round of its repeat. */
  readonly step: string;
  /** How many signals of ours led to the one the run began with. */
  readonly hops: number;
  readonly at: number;
};

/** What came of it. A run that was left meanwhile asks nobody any more. */
export type Done =
  | { readonly status: 'done' }
  | { readonly status: 'failed'; readonly reason: string }
  | { readonly status: 'left' };

/** Where acts go. Each may be asked for again after a crash, and is then the same one. */
export type Outside = { readonly perform: (request: ActRequest, deed: Deed) => Promise<Done> };

export const deedId = ({ enrol, occurrence, step }: Deed): string => `${enrol}-${occurrence}/${step}`;
