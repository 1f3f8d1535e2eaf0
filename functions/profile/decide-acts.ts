import type { Reply, Reported } from '#core/feedback';
import {
  type Act,
  actsOfEntrance,
  actsOnRun,
  afterAct,
  type Change,
  concerns,
  type Enrolment,
  entrances,
  type LiveJourney,
  type PublishedJourney,
  readRun,
  writeRun,
} from '#core/journey';
import type { ConsentRecord, Profile } from '#core/profile';
import type { EnrolmentStore } from '../aws/enrolment-store.ts';
import type { JourneyStore } from '../aws/journey-store.ts';

/** Which of two rows was received first is not certain when it was so close: the clocks that say it differ. */
export const marginMs = 10_000;

/** Where runs and journeys are found, and how a run is called. */
export type RunStores = {
  readonly enrolments: EnrolmentStore;
  readonly journeys: JourneyStore;
  readonly enrolId: (customer: string, journey: string, key: string) => string;
};

/** An address nobody is to write to any more. */
export type Suppressed = { readonly addressHash: string; readonly reason: string; readonly at: string };

/** How far a fold has come: the profile, and what follows from the signals so far. */
export type Walk = {
  profile: Profile;
  readonly acts: Act[];
  readonly suppressed: Suppressed[];
  /** What providers report of messages. */
  readonly reported: Reported[];
  readonly said: ConsentRecord[];
  readonly replies: Reply[];
  readonly runs: Map<string, Enrolment>;
  readonly known: Set<string>;
  /** The rows after the one that is looked at: when they were received, by messageId. */
  readonly toCome: Map<string, number>;
};

/** A row that comes late or again may be older than the run it would act on, which began with a later one. */
const isYetToBegin = ({ entry, enteredAt }: Enrolment, { now }: Change, { toCome }: Walk): boolean =>
  toCome.get(entry.messageId) === enteredAt || now + marginMs < enteredAt;

/** Reads the runs a signal may concern that are not known yet. */
const readRuns = async (
  customer: string,
  wanted: readonly { journey: string; enrol: string }[],
  walk: Walk,
  { enrolments }: RunStores,
) => {
  const missing = new Map(wanted.filter(({ enrol }) => !walk.runs.has(enrol)).map((run) => [run.enrol, run]));
  for (const run of await enrolments.read(customer, [...missing.values()])) walk.runs.set(run.enrol, run);
};

const followedBy = async (known: ReadonlySet<string>, { journeys }: RunStores) =>
  Promise.all(
    [...known].map(readRun).map(async (run) => ({ run, published: await journeys.version(run.journey, run.version) })),
  );

type Followed = { readonly run: ReturnType<typeof readRun>; readonly published: PublishedJourney };

/** Everything one signal does, decided on the runs as the earlier signals of the batch left them. */
export const decide = async (change: Change, customer: string, walk: Walk, stores: RunStores): Promise<void> => {
  const live: readonly LiveJourney[] = await stores.journeys.live();
  const followed: readonly Followed[] = await followedBy(walk.known, stores);
  const entering = entrances(change, live, (journey, key) => stores.enrolId(customer, journey, key));
  const concerned = followed.filter(({ published }) => concerns(published, change));
  const wanted = [
    ...entering.map(({ live: { journey }, enrol }) => ({ journey: journey.name, enrol })),
    ...concerned.map(({ run }) => run),
  ];
  await readRuns(customer, wanted, walk, stores);

  const take = (acts: readonly Act[]): void => {
    for (const act of acts) {
      walk.acts.push(act);
      const run = afterAct(walk.runs.get(act.enrol), act);
      if (run !== undefined) walk.runs.set(act.enrol, run);
      if (act.do === 'enrol') walk.known.add(writeRun(act));
      if (act.do === 'forget' && run !== undefined) walk.known.delete(writeRun(run));
    }
  };
  for (const { run, published } of concerned) {
    const enrolment = walk.runs.get(run.enrol);
    if (enrolment === undefined || enrolment.version !== run.version || isYetToBegin(enrolment, change, walk)) continue;
    take(actsOnRun(published, enrolment, change));
  }
  for (const entrance of entering) take(actsOfEntrance(entrance, walk.runs.get(entrance.enrol), change));
};
