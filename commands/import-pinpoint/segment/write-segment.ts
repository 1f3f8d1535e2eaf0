import { stringify } from 'yaml';
import { type Ledger, ledgerOf } from '../report/ledger.ts';
import { segmentCondition, type segmentsById, type SegmentNamed } from './segment-condition.ts';

const besides = ['ApplicationId', 'Arn', 'CreationDate', 'Id', 'LastModifiedDate', 'Version', 'tags'];

export type WrittenSegment = { readonly text: string; readonly ledger: Ledger; readonly incomplete?: string };

/** A segment as `segments/<name>.yaml`: its name, what it was called, and the condition on the profile. */
export const writeSegment = ({ saved, name }: SegmentNamed, all: ReturnType<typeof segmentsById>): WrittenSegment => {
  const ledger = ledgerOf(saved.raw);
  for (const field of besides) ledger.note([field], 'not supported', 'kept in this report only');
  ledger.note(['Name'], 'changed', `the segment is called \`${name}\`, its description has the name`);
  const own = saved.document.Id;
  const segment = (id: string) => all.condition(id, own === undefined ? [] : [own]);
  const condition = segmentCondition(saved, name, { ledger, segment });
  const description = `Pinpoint segment ${JSON.stringify(saved.document.Name ?? saved.document.Id ?? name)}.`;
  return 'incomplete' in condition
    ? {
        text: stringify({ name, description, incomplete: condition.incomplete }),
        ledger,
        incomplete: condition.incomplete,
      }
    : { text: stringify({ name, description, when: condition.when }, { lineWidth: 110 }), ledger };
};
