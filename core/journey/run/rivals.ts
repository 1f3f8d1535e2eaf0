import type { Rival } from '#core/decision';
import { isChannel } from '#core/profile';
import { holdPrefix, type PublishedJourney } from '../live-journey.ts';
import { dueAt, type Enrolment, isOpen } from './enrolment.ts';
import { topicOf } from './send-request.ts';

/** A run whose message waits for a slot, as the others see it. */
const rivalOf = (run: Enrolment, { journey, plan }: PublishedJourney): readonly Rival[] => {
  const step = run.step?.startsWith(holdPrefix) === true ? run.step.slice(holdPrefix.length) : '';
  const node = Object.hasOwn(plan.nodes, step) ? plan.nodes[step] : undefined;
  const note = run.steps[step];
  const { deadline } = run;
  if (node?.kind !== 'send' || deadline === undefined || !String(note?.['reason']).endsWith('-cap')) return [];
  const channel = note?.['channel'];
  if (!isChannel(channel)) return [];
  const { priority, name } = journey;
  return [
    {
      journey: name,
      topic: topicOf(journey, node),
      channel,
      priority,
      dueAt: dueAt(run, step, deadline),
      enteredAt: run.enteredAt,
      until: deadline,
    },
  ];
};

/** The messages of a customer's other runs that wait for a slot. @param publishedOf the version a run follows */
export const rivalsOf = (
  runs: readonly Enrolment[],
  own: Pick<Enrolment, 'enrol'>,
  publishedOf: (run: Enrolment) => PublishedJourney | undefined,
): readonly Rival[] =>
  runs
    .filter((run) => run.enrol !== own.enrol && isOpen(run) && run.step?.startsWith(holdPrefix) === true)
    .flatMap((run) => {
      const published = publishedOf(run);
      return published === undefined ? [] : rivalOf(run, published);
    });
