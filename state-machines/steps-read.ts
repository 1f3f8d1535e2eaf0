import { allSteps, channelsOf, type JourneyDocument } from '#core/journey';
import { type MessageDocuments, stepsReadBy } from '#core/message';

/** What the messages a journey sends read of its steps, by path: runs keep it for them. */
export const stepsRead = (journey: Pick<JourneyDocument, 'steps'>, messages: MessageDocuments): readonly string[] => {
  const read = allSteps(journey.steps).flatMap((step) => {
    if (!('send' in step)) return [];
    const variants = messages[step.send.message];
    return channelsOf(step.send)
      .flatMap((channel) => variants?.[channel] ?? [])
      .flatMap(stepsReadBy);
  });
  return [...new Set(read)].toSorted();
};
