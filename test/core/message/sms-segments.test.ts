import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { smsSegments } from '#core/message';

const file = path.join(process.env['SEGUE_CONFORMANCE'] ?? '../shared/conformance', 'standards/sms-segments.json');
const Recorded = z.object({
  cases: z.array(
    z.object({
      testDescription: z.string(),
      body: z.string(),
      encoding: z.string(),
      segments: z.number(),
      characters: z.number().optional(),
    }),
  ),
});

describe('what an SMS costs', () => {
  test.skipIf(!existsSync(file) && process.env['CI'] === undefined)(
    `agrees with the 49 recorded cases (${file}, skipped where absent)`,
    () => {
      const { cases } = Recorded.parse(JSON.parse(readFileSync(file, 'utf8')));
      expect(cases.length).toBeGreaterThanOrEqual(49);
      for (const { testDescription, body, encoding, segments, characters } of cases) {
        const counted = smsSegments(body);
        expect({ testDescription, ...counted }).toEqual({
          testDescription,
          encoding,
          segments,
          characters: characters ?? counted.characters,
        });
      }
    },
  );

  test('an empty text costs nothing', () => {
    expect(smsSegments('')).toEqual({ encoding: 'GSM-7', segments: 0, characters: 0 });
  });

  test('an escape pair is not split between two parts', () => {
    expect(smsSegments('x'.repeat(152) + '€'.repeat(4)).segments).toBe(1);
    expect(smsSegments('x'.repeat(152) + '€'.repeat(5)).segments).toBe(2);
    expect(smsSegments(`${'x'.repeat(152)}€${'x'.repeat(152)}`).segments).toBe(3);
    expect(smsSegments(`${'x'.repeat(151)}€${'x'.repeat(153)}`).segments).toBe(2);
  });

  test('a longer text never costs less', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (head, tail) => {
        expect(smsSegments(head + tail).segments).toBeGreaterThanOrEqual(smsSegments(head).segments);
      }),
    );
  });
});
