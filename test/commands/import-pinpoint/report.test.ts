import { describe, expect, it } from 'vitest';
import { foundIn } from '../../../commands/import-pinpoint/read/kinds.ts';
import { leavesOf, pathText, unknownField } from '../../../commands/import-pinpoint/report/ledger.ts';
import { asFile, imported, savedFiles } from './imported.ts';

const result = imported(savedFiles());
const rows = result.summaries.flatMap((summary) => summary.rows);

describe('the report of an import', () => {
  it('has every value of every file', () => {
    const told = new Set(rows.map(({ path, value }) => `${path} ${value}`));
    for (const { name, text } of savedFiles())
      for (const { raw } of foundIn(JSON.parse(text)))
        for (const { path, value } of leavesOf(raw)) {
          const shown = JSON.stringify(value);
          const isTold = [...told].some((each) => each.startsWith(`${pathText(path)} ${shown.slice(0, 59)}`));
          expect(isTold, `${name}: ${pathText(path)}`).toBe(true);
        }
  });

  it('is written: each of its lines stands in a file beside the result', () => {
    const reports = result.outputs
      .filter(({ path }) => path.endsWith('import-report.md'))
      .map(({ text }) => text)
      .join('\n');
    for (const { path } of rows) expect(reports).toContain(`| \`${path}\` |`);
  });

  it('knows all fields the saved files have', () => {
    expect(rows.filter(({ how }) => how === unknownField)).toEqual([]);
  });

  it('tells a field nobody knows, and what stands around a journey', () => {
    const { summaries } = imported([
      asFile('j.json', { JourneyResponse: { Name: 'j', Novelty: { deep: 1 } }, NextToken: 'more' }),
    ]);
    const told = summaries[0]!.rows;
    expect(told).toContainEqual({ path: 'Novelty.deep', value: '1', status: 'not supported', how: unknownField });
    expect(told.find(({ path }) => path === 'NextToken')?.status).toBe('not supported');
  });

  it('says of activities no way leads to that they are left out', () => {
    const lost = rows.filter(({ path }) => path.startsWith('Activities.lost'));
    expect(lost.map(({ status, how }) => [status, how])).toEqual([['not supported', 'no way leads here: left out']]);
  });
});
