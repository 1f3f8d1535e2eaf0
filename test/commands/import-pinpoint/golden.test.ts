import { describe, expect, it } from 'vitest';
import { summaryTable } from '../../../commands/import-pinpoint/report/summary-table.ts';
import { checked, completedSample, hasSample, imported, sampleFile, savedFiles } from './imported.ts';
import type { Import } from '../../../commands/import-pinpoint/import-files.ts';

const everything = (result: Import): string =>
  [summaryTable(result.summaries), ...result.outputs.map(({ path, text }) => `\n═══ ${path}\n${text}`)].join('\n');

describe('what an import writes', () => {
  it.skipIf(!hasSample)(
    'the example of the Pinpoint guide becomes a draft, and its report tells every field',
    async () => {
      const result = imported([sampleFile()]);
      expect(result.drafts).toEqual(['example-corp-new-subscriber-journey']);
      await expect(everything(result)).toMatchFileSnapshot('golden/new-subscriber.txt');
    },
  );

  it.skipIf(!hasSample)('the example completed is a journey', async () => {
    const result = imported(completedSample());
    expect(result.drafts).toEqual([]);
    await expect(everything(result)).toMatchFileSnapshot('golden/new-subscriber-completed.txt');
  });

  it.each(['lapsed-buyers', 'order-follow-up', 'crossing-paths', 'what-is-lacking'])(
    'the journey %s, with its templates and segments',
    async (name) => {
      const result = imported(savedFiles(name, 'segments', 'we-miss-you', 'still-there', 'nudge', 'fancy'));
      await expect(everything(result)).toMatchFileSnapshot(`golden/${name}.txt`);
    },
  );

  it.each(['lapsed-buyers-2026', 'order-follow-up', 'crossing-paths'])('%s passes the checker', (name) => {
    expect(checked(imported(savedFiles()), name).problems ?? []).toEqual([]);
  });

  it('the summary fits 80 columns', () => {
    const lines = summaryTable(imported(savedFiles()).summaries).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});
