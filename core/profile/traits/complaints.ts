import { fitsIn, own, type Signal } from '#core/signal';
import type { ContextView } from '../profile-view.ts';
import { type Attributes, compareStamps, type Entry } from '../writes.ts';
import { COMPLAINTS } from './declared.ts';

const MAX_ID = 100;

/** A register for each complaint, open or not; without an id it is one of them all. */
export const complaintAttributes = ({ type, event, properties }: Signal): Attributes => {
  if (type !== 'track') return {};
  const isOpen = COMPLAINTS.opened.some((each) => each === event);
  if (!isOpen && !COMPLAINTS.closed.some((each) => each === event)) return {};
  const id = COMPLAINTS.ids
    .map((name) => own(properties, name))
    .find((value) => (typeof value === 'string' && value !== '') || typeof value === 'number');
  return { [id === undefined || !fitsIn(MAX_ID, id) ? 'complaint' : `complaint:${id}`]: isOpen };
};

/** What is still open. A complaint that was closed without saying which closes all before it. */
export const complaintView = (entries: readonly Entry[]): ContextView['complaint'] => {
  const all = entries.filter(({ kind }) => kind === 'complaint');
  const closed = all.find(({ name, value }) => name === '' && value === false);
  const open = all.filter(
    ({ at, id, value }) =>
      value === true && (closed === undefined || compareStamps([at, id], [closed.at, closed.id]) > 0),
  );
  const [first] = open;
  return {
    open: open.length > 0,
    count: open.length,
    ...(first && { since: new Date(first.at).toISOString() }),
  };
};
