import { hidden, maskTraits, plannedTouchpoints, sayExits, sayTouchpoint, type Touchpoint } from '#core/customer';
import { drawsOf, holdPrefix, isOpen, nodeAt } from '#core/journey';
import type { ContextView, ProfileView } from '#core/profile';
import type { StoredRun } from '../../aws/enrolment-store.ts';
import type { StoredJourney } from '../../aws/journey-store.ts';
import type { CardRows } from '../store/card-rows.ts';
import { type CardStores, versionOf } from './card-facts.ts';

const iso = (ms: number): string => new Date(ms).toISOString();

export type About = {
  readonly customer: string;
  readonly view: ProfileView & ContextView;
  readonly now: number;
  readonly mayReadPersonal: boolean;
};

type Followed = { readonly run: StoredRun; readonly stored: StoredJourney | undefined };

/** Topics that the other open runs keep quiet. */
const quietedFor = (run: StoredRun, all: readonly Followed[]): readonly string[] =>
  all.flatMap((other) => (other.run.enrol === run.enrol ? [] : (other.stored?.journey.quiets ?? [])));

const titleOf = ({ run, stored }: Followed): string | undefined => {
  const id = run.step?.startsWith(holdPrefix) === true ? run.step.slice(holdPrefix.length) : run.step;
  if (id === undefined) return undefined;
  return stored !== undefined && Object.hasOwn(stored.plan.nodes, id) ? nodeAt(stored.plan, id).title : id;
};

const touchpointView = (touchpoint: Touchpoint, says: string) => ({ ...touchpoint, at: iso(touchpoint.at), says });

/** What a run has ahead, in figures and in words. */
const ahead = (
  followed: Followed,
  all: readonly Followed[],
  whose: { about: About; rows: CardRows; stores: CardStores },
) => {
  const { run, stored } = followed;
  const { about, rows, stores } = whose;
  if (stored === undefined) return [];
  const facts = {
    ...stores.sends,
    profile: about.view,
    gate: rows.gate,
    quieted: quietedFor(run, all),
    // Which messages wait for a slot when it comes to it, and what is switched off then, nobody knows yet.
    rivals: [],
    switchedOff: [],
    draw: drawsOf(about.customer),
    now: about.now,
  };
  const exits = sayExits(stored.journey);
  const zone = about.view.timezone ?? stored.journey.zone;
  return plannedTouchpoints({ published: stored, run, facts }).map((touchpoint) =>
    touchpointView(touchpoint, sayTouchpoint(touchpoint, exits, zone)),
  );
};

/** The runs a customer is in: since when and why, where they stand, and what comes next. */
export const openJourneys = async (rows: CardRows, about: About, stores: CardStores) => {
  const all = await Promise.all(
    rows.runs.filter(isOpen).map(async (run) => ({ run, stored: await versionOf(stores, run) })),
  );
  return all
    .toSorted((a, b) => a.run.enteredAt - b.run.enteredAt || (a.run.enrol < b.run.enrol ? -1 : 1))
    .map((followed) => {
      const { run, stored } = followed;
      const { properties, event } = run.entry;
      return {
        journey: run.journey,
        enrol: run.enrol,
        occurrence: run.occurrence,
        version: run.version,
        description: stored?.journey.description,
        enteredAt: iso(run.enteredAt),
        entry: { event, properties: about.mayReadPersonal ? properties : maskTraits(properties) },
        key: about.mayReadPersonal ? run.key : hidden,
        step: titleOf(followed),
        until: run.deadline === undefined ? undefined : iso(run.deadline),
        standsStillSince: run.frozen === undefined ? undefined : iso(run.frozen.at),
        steps: about.mayReadPersonal ? run.steps : undefined,
        next: ahead(followed, all, { about, rows, stores }),
      };
    });
};
