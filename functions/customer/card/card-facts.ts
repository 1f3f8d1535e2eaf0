import type { Suggestion } from '#core/customer';
import type { SendFacts } from '#core/decision';
import type { Profile } from '#core/profile';
import type { JourneyStore, StoredJourney } from '../../aws/journey-store.ts';
import type { CardStore } from '../store/card-rows.ts';

/** What a stage can and may send, as far as a card tells what is to come. */
export type Sends = Pick<SendFacts, 'configured' | 'sending'>;

/** Where a card is made from. */
export type CardStores = {
  readonly rows: CardStore;
  readonly journeys: JourneyStore;
  readonly suggest: (profile: Profile, now: number) => readonly Suggestion[];
  /** The topics whose consent counts once it is confirmed. */
  readonly confirm: readonly string[];
  readonly sends: Sends;
};

/** The version a run follows; undefined when it is not there any more, which is no reason to show nothing. */
export const versionOf = async (
  { journeys }: Pick<CardStores, 'journeys'>,
  run: { readonly journey: string; readonly version: number },
): Promise<StoredJourney | undefined> => {
  try {
    return await journeys.version(run.journey, run.version);
  } catch {
    // Only the plan ahead is missing then.
    return undefined;
  }
};
