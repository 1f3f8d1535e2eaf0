import { fieldOf, type Finding, type Surroundings, textAt } from '../problem.ts';

type Hours = { readonly from: string; readonly to: string };

const isOpen = ({ from, to }: Hours, at: string): boolean =>
  from < to ? from <= at && at < to : at >= from || at < to;

/** Two spans of a day that have a moment in common have one at which one of them begins. */
const meet = (one: Hours, other: Hours): boolean => isOpen(one, other.from) || isOpen(other, one.from);

const hoursAt = (written: unknown): Hours | undefined => {
  const [from, to] = [textAt(written, 'from'), textAt(written, 'to')];
  return from === undefined || to === undefined ? undefined : { from, to };
};

/** Hours of a journey in which the policy lets nothing leave. */
export const sharedHoursFindings = (window: unknown, { policy }: Surroundings): readonly Finding[] => {
  if (textAt(window, 'zone') !== 'customer') return [];
  return (['email', 'sms', 'push'] as const).flatMap((channel): readonly Finding[] => {
    const own = fieldOf(fieldOf(window, 'per'), channel);
    const [hours, general] = [hoursAt(own ?? window), policy?.hours[channel]];
    if (hours === undefined || general === undefined || meet(hours, general)) return [];
    return [
      {
        path: own === undefined ? ['window'] : ['window', 'per', channel],
        message: `Nothing is ever sent by ${channel}: \`policy.yaml\` opens it from ${general.from} to ${general.to}. Choose hours within these.`,
      },
    ];
  });
};
