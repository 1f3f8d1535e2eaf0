import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { unsubscribeHeaders, unsubscribeUrl } from '../../../functions/aws/unsubscribe-link.ts';

const file = path.join(process.env['SEGUE_CONFORMANCE'] ?? '../shared/conformance', 'standards/rfc8058.json');
const Recorded = z.object({
  cases: z.array(z.object({ id: z.string(), message_headers: z.record(z.string(), z.string()).optional() })),
});

/** What a mailbox does with the headers: the https address among those given, if the post field is exactly right. */
const oneClickOf = (headers: Readonly<Record<string, string>>): string | undefined => {
  const addresses = [...(headers['List-Unsubscribe'] ?? '').matchAll(/<([^<>\s]+)>/g)].map(
    ([, address = '']) => address,
  );
  const [https, ...more] = addresses.filter((address) => address.startsWith('https:'));
  return headers['List-Unsubscribe-Post'] === 'List-Unsubscribe=One-Click' && more.length === 0 ? https : undefined;
};

describe('RFC 8058, as a mailbox reads it', () => {
  test.skipIf(!existsSync(file) && process.env['CI'] === undefined)(
    `finds the one click in the printed headers and in ours (${file}, skipped where absent)`,
    () => {
      const { cases } = Recorded.parse(JSON.parse(readFileSync(file, 'utf8')));
      const printed = cases.flatMap(({ id, message_headers }) =>
        message_headers === undefined ? [] : [[id, oneClickOf(message_headers)]],
      );
      expect(printed).toEqual([
        ['8.1 simple', 'https://example.com/unsubscribe/opaquepart'],
        ['8.2 complex: two URIs', 'https://example.com/unsubscribe.html/opaque123456789'],
      ]);
    },
  );

  test('our headers hold exactly one https address, opaque and hard to forge, each header on one line', () => {
    const customer = 'abcdefghijklmnopqrstuvwxyz';
    const url = unsubscribeUrl(
      'https://api.shop.example',
      { customer, channel: 'email', topic: 'promotions' },
      'k'.repeat(32),
    );
    const headers = unsubscribeHeaders(url);
    expect(oneClickOf(headers)).toBe(url);
    expect(Object.keys(headers)).toEqual(['List-Unsubscribe', 'List-Unsubscribe-Post']);
    expect(Object.values(headers).join('')).not.toMatch(/[^\x21-\x7e]|promotions|@/);
    const other = unsubscribeUrl(
      'https://api.shop.example',
      { customer, channel: 'email', topic: 'news' },
      'k'.repeat(32),
    );
    expect(other).not.toBe(url);
  });
});
