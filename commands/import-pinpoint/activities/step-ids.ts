import { noIds, slug, uniquely } from '../graph/names.ts';
import type { Activity, Journey } from '../read/journey-shape.ts';
import { typeOf } from './surroundings.ts';

const kindWords = {
  EMAIL: 'email',
  SMS: 'sms',
  PUSH: 'push',
  CUSTOM: 'custom',
  ContactCenter: 'call',
  CONTACT_CENTER: 'call',
  Wait: 'wait',
  ConditionalSplit: 'if',
  MultiCondition: 'paths',
  RandomSplit: 'split',
  Holdout: 'holdout',
} as const;

const wanted = (id: string, activity: Activity): string => {
  const type = typeOf(activity);
  const described = slug(activity.Description ?? '');
  if (described !== '' || type === undefined) return described === '' ? slug(`activity-${id}`) : described;
  const template = type === 'EMAIL' || type === 'SMS' || type === 'PUSH' ? activity[type]?.TemplateName : undefined;
  return slug(`${kindWords[type]}-${template ?? id}`);
};

/** An id for the first step of each activity: its description, else its kind and template, else its kind and its id. */
export const stepIds = (journey: Journey): ((activity: string) => string) & { further: (wanted: string) => string } => {
  const unique = uniquely(noIds);
  const ids = new Map(
    Object.entries(journey.Activities ?? {}).map(([id, activity]) => [id, unique(wanted(id, activity))] as const),
  );
  return Object.assign((activity: string) => ids.get(activity) ?? slug(activity), { further: unique });
};
