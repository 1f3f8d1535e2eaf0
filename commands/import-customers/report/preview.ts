import { styleText } from 'node:util';
import type { Column } from '../columns/target.ts';
import type { Read, Reading } from '../customer/read-customers.ts';

const bold = (text: string): string => styleText('bold', text);

const becomes = ({ targets, by, proposal }: Column): string => {
  if (by === 'unknown') return `${styleText('yellow', 'not understood')}: ${proposal ?? ''}`;
  if (targets.length === 0) return 'left out';
  return `${targets.join(', ')}${by === 'trait' ? ' (as it is)' : by === 'mapping' ? ' (mapping)' : ''}`;
};

const mapped = ({ kind, columns }: Reading): readonly string[] => {
  if (kind === 'pinpoint') return ['These are endpoints of Pinpoint: each becomes its user, OptOut ALL a refusal.'];
  const width = Math.max(...columns.map(({ name }) => name.length), 6);
  return columns.map((column) => `  ${column.name.padEnd(width)}  ${becomes(column)}`);
};

const shown = ({ row, customer, faults }: Read): string => {
  if (customer !== undefined) return `  line ${row.line}: ${JSON.stringify(customer)}`;
  return faults
    .map(
      ({ column, message, proposal }) =>
        `  line ${row.line}: ${column === '' ? '' : `${column}: `}${message} (${proposal})`,
    )
    .join('\n');
};

/** How columns map, the first rows as customers, and what is not understood. */
export const previewText = (reading: Reading, first: readonly Read[], asOf: string): string => {
  const consented = reading.columns.some(({ targets }) => targets.some((target) => target.startsWith('consent.')));
  return [
    bold('Columns'),
    ...mapped(reading),
    '',
    bold('First rows'),
    ...first.map(shown),
    '',
    `Rows without a date count as of ${asOf}.`,
    ...(consented || reading.kind === 'pinpoint'
      ? []
      : ['No column is a consent: marketing is sent to nobody of whom none is known.']),
    '',
  ].join('\n');
};
