import { readLog } from './read-log.ts';
import { carry, type Person } from '../river/customer.ts';
import { type Assignment, type Setting, settingOf } from './setting.ts';
import { emptyTally, type Tally } from '../river/tally.ts';

/** Some of the customers, by number. */
export type Range = { readonly from: number; readonly to: number };

const peopleOf = (assignment: Assignment): ((index: number) => Person | undefined) => {
  const { seed, log } = assignment;
  if (log === undefined) return (index) => ({ index, customer: `simulated-${seed}-${index}` });
  const recorded = readLog(log).customers;
  return (index) => {
    const [customer, signals] = recorded[index] ?? [];
    return customer === undefined || signals === undefined ? undefined : { index, customer, recorded: signals };
  };
};

/** Carries ranges of customers; nothing is kept but the counts. */
export const rangeSimulator = (assignment: Assignment): ((range: Range) => Tally) => {
  const setting: Setting = settingOf(assignment);
  const personAt = peopleOf(assignment);
  return ({ from, to }) => {
    const tally = emptyTally();
    for (let index = from; index < to; index++) {
      const person = personAt(index);
      if (person !== undefined) carry(setting, person, tally);
    }
    return tally;
  };
};
