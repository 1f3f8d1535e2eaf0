import type { Kind } from '../read/kinds.ts';
import type { Activity, ActivityType, Body, Journey } from '../read/journey-shape.ts';
import type { Path } from '../report/ledger.ts';
import type { Conditions } from '../segment/condition.ts';

export type MessageKind = Exclude<Kind, 'journey' | 'segment'>;

/** The message of this journey that was made of a template, and what is still to do about it. */
export type MessageNamed = {
  readonly message: string | undefined;
  readonly isImported: boolean;
  readonly incomplete: string | undefined;
};

export type MessageWanted = {
  readonly kind: MessageKind;
  readonly template: string;
  readonly from?: string | undefined;
};

/** What the conversion of one activity may ask. */
export type Surroundings = Conditions & {
  readonly journey: Journey;
  /** What the journey is called here. */
  readonly name: string;
  /** Epoch milliseconds: a date that is past is waited for no more. */
  readonly now: number;
  readonly topics: { readonly marketing: string; readonly transactional: string };
  /** The id of the first step of an activity. */
  readonly stepOf: (activity: string) => string;
  /** Whether any way leads from one activity to the other. */
  readonly leadsTo: (from: string, to: string) => boolean;
  /** An id for a further step. */
  readonly furtherId: (wanted: string) => string;
  readonly message: (wanted: MessageWanted) => MessageNamed;
  /** The version of a template that was imported. */
  readonly version: (kind: MessageKind, template: string) => string | undefined;
};

/** One activity on its way to be steps. */
export type Converting<Type extends ActivityType> = {
  /** Pinpoint's id. */
  readonly activity: string;
  readonly type: ActivityType;
  readonly description: string | undefined;
  readonly body: Body<Type>;
  /** Where its body stands in the journey. */
  readonly path: Path;
  readonly around: Surroundings;
};

export const typeOf = (activity: Activity): ActivityType | undefined => {
  const types = [
    'EMAIL',
    'SMS',
    'PUSH',
    'CUSTOM',
    'ContactCenter',
    'CONTACT_CENTER',
    'Wait',
    'ConditionalSplit',
    'MultiCondition',
    'RandomSplit',
    'Holdout',
  ] as const;
  return types.find((type) => activity[type] !== undefined);
};

/** What an activity still needs, beginning with which it is. */
export const lacking = ({ activity, type }: { activity: string; type: string }, what: string): string =>
  `Pinpoint activity ${activity} (${type}): ${what}`;

/** Notes where an activity leads. @param path of the field that says so */
export const noteNext = ({ ledger, stepOf }: Surroundings, path: Path, next: string | undefined): void => {
  if (next !== undefined) ledger.note(path, 'exact', `goes on with \`${stepOf(next)}\``);
};
