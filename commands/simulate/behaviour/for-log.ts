import { type JourneyDocument, planJourney } from '#core/journey';
import { afterParts, type Behaviour, isReaction } from './behaviour.ts';

/**
 * What is drawn beside a recorded log: only what answers the messages and tasks of the simulation itself. What customers did
 * by themselves is in the log. @param from the first instant of the log.
 */
export const forLog = (behaviour: Behaviour, journey: JourneyDocument, from: number): Behaviour => {
  const { nodes } = planJourney(journey);
  const isOurs = (after: string): boolean => {
    const kind = nodes[afterParts(after).step]?.kind;
    return kind === 'send' || kind === 'act';
  };
  const events = behaviour.events.filter((event) => isReaction(event) && isOurs(event.after));
  return { ...behaviour, start: new Date(from).toISOString(), events };
};
