import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { guessColumns } from '../../../commands/import-customers/columns/guess-columns.ts';
import { readMapping } from '../../../commands/import-customers/columns/read-mapping.ts';
import { Mapping } from '../../../commands/import-customers/columns/target.ts';
import { callsOf } from '../../../commands/import-customers/customer/customer.ts';
import { checkFile, lookInto } from '../../../commands/import-customers/import-file.ts';
import { csvRows } from '../../../commands/import-customers/read/csv-rows.ts';
import { previewText } from '../../../commands/import-customers/report/preview.ts';

let scratch: string;
beforeAll(() => void (scratch = mkdtempSync(join(tmpdir(), 'segue-customers-'))));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const asOf = '2026-10-30T00:00:00.000Z';
let files = 0;
const save = (name: string, content: string | Buffer): string => {
  const path = join(scratch, `${++files}-${name}`);
  writeFileSync(path, content);
  return path;
};
const look = async (name: string, content: string | Buffer, mapping: object = {}) =>
  lookInto({ path: save(name, content), mapping: Mapping.parse(mapping), asOf }, 100);
const customers = async (name: string, content: string | Buffer, mapping: object = {}) =>
  (await look(name, content, mapping)).first.map(({ customer, faults }) => customer ?? faults);
const lines = (...all: readonly string[]): string => `${all.join('\n')}\n`;

describe('a CSV', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', 'é', '"', ',', ';', '\n', ' ', '\t', '|', '😀'), maxLength: 6 });
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

  test('is read as RFC 4180 has it, whatever stands between the quotes', async () => {
    const table = fc
      .integer({ min: 1, max: 4 })
      .chain((width) =>
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 5 }),
      );
    await fc.assert(
      fc.asyncProperty(table, fc.constantFrom(',', ';', '\t'), async (rows, separator) => {
        const header = rows[0]!.map((_, n) => `c${n}`).join(separator);
        const text = [header, ...rows.map((row) => row.map(quoted).join(separator))].join('\n');
        const each = async function* (): AsyncGenerator<string> {
          yield* text.split('\n');
        };
        const read = [];
        for await (const row of csvRows(each())) read.push(row.cells);
        expect(read.slice(1)).toEqual(rows);
      }),
    );
  });

  test('names the line a row begins on, past line breaks and empty lines', async () => {
    const { first } = await look('a.csv', lines('user_id,note', '', 'u1,"two', 'lines"', 'u2,x'));
    expect(first.map(({ row }) => [row.row, row.line])).toEqual([
      [1, 3],
      [2, 5],
    ]);
  });

  test('that breaks off within quotes, or has too many cells, says so', async () => {
    const found = await customers('a.csv', lines('user_id,plan', 'u1,gold,silver', 'u2,"gold'));
    expect(found).toEqual([
      [expect.objectContaining({ message: 'This row has 3 cells, the header 2: is a separator not quoted?' })],
      [expect.objectContaining({ message: 'A quote is opened and not closed: the file cannot be read from here on.' })],
    ]);
  });

  test('may be packed, and begin with a mark', async () => {
    const packed = gzipSync(`\uFEFF${lines('user_id;plan', 'u1;gold')}`);
    expect(await customers('a.csv.gz', packed)).toEqual([{ userId: 'u1', traits: { plan: 'gold' }, consents: [] }]);
  });
});

describe('columns', () => {
  const becomes = (name: string): string | undefined => {
    const [column] = guessColumns([name], {});
    return column!.by === 'unknown' ? undefined : column!.targets.join();
  };

  test.each([
    ['E-Mail', 'email'],
    ['emailAddress', 'email'],
    ['MSISDN', 'phone'],
    ['First Name', 'firstName'],
    ['customer_id', 'userId'],
    ['ID', 'userId'],
    ['ZIP', 'address.postalCode'],
    ['last-updated', 'date'],
    ['email_opt_in', 'consent.email'],
    ['smsOptOut', 'optOut.sms'],
    ['Email Consent Date', 'consentAt.email'],
    ['consent.push.promotions', 'consent.push.promotions'],
    ['Favourite Colour', 'traits.Favourite Colour'],
    ['import_problem', ''],
  ])('called %s become %s', (name, target) => expect(becomes(name)).toBe(target));

  test.each(['accepts_marketing', 'unsubscribed', 'gdpr_consent', '', '__proto__', 'a.b'])(
    'called "%s" are not guessed at',
    (name) => expect(becomes(name)).toBeUndefined(),
  );

  test('are what a mapping says first of all', () => {
    const columns = guessColumns(['id', 'mail', 'email', 'note'], {
      columns: { mail: ['email', 'userId'], note: 'ignore' },
    });
    expect(columns.map(({ name, targets, by }) => [name, targets, by])).toEqual([
      ['id', ['traits.id'], 'trait'],
      ['mail', ['email', 'userId'], 'mapping'],
      ['email', [], 'unknown'],
      ['note', [], 'mapping'],
    ]);
  });

  test('of a mapping that is wrong are named, with what may be written', () => {
    const wrong = readMapping(save('map.yaml', 'columns:\n  Mail: e-mail\nzone: UTC\n'));
    expect(JSON.stringify(wrong)).toMatch(/zone/);
    expect(JSON.stringify(wrong)).toMatch(/write userId, anonymousId, email/);
    expect(readMapping(join(scratch, 'nowhere.yaml'))).toHaveProperty('wrong');
  });

  test('are shown with the first rows, and what is not understood', async () => {
    const { reading, first } = await look(
      'a.csv',
      lines('user_id,accepts_marketing,email', 'u1,yes,ann', 'u2,no,b@x.example'),
    );
    const text = previewText(reading, first, asOf);
    expect(text).toContain('accepts_marketing  ');
    expect(text).toContain('not understood');
    expect(text).toContain('line 2: email: This is no email address. (write name@domain, or leave it empty)');
    expect(text).toContain('"userId":"u2"');
    expect(text).toContain('marketing is sent to nobody');
  });
});

describe('a row', () => {
  test('is a customer: addresses as they can be used, numbers as numbers, names as they are', async () => {
    const file = lines(
      'user_id,email,phone,country,age,zip,vip,updated_at',
      'u1,Ann@EXAMPLE.com,0170 1234567,DE,42,01067,true,2026-10-01 12:00',
    );
    expect(await customers('a.csv', file)).toEqual([
      {
        userId: 'u1',
        at: '2026-10-01T12:00:00.000Z',
        traits: {
          email: 'Ann@example.com',
          phone: '+491701234567',
          age: 42,
          vip: true,
          address: { country: 'DE', postalCode: '01067' },
        },
        consents: [],
      },
    ]);
  });

  test('says everything that is wrong with it, and what to do', async () => {
    const file = lines('user_id,email,phone,timezone,email_opt_in,updated_at', ',ann,12,Mars,perhaps,soon');
    const [faults] = await customers('a.csv', file);
    expect(faults).toEqual(
      ['email', 'timezone', 'email_opt_in', 'updated_at', 'phone', 'user_id'].map((column) => ({
        column,
        message: expect.any(String),
        proposal: expect.any(String),
      })),
    );
  });

  test('has no consent that nobody gave', async () => {
    const file = lines('user_id,email_opt_in,email_opt_out,sms_opt_out', 'u1,,,no', 'u2,,yes,', 'u3,no,,', 'u4,-,,0');
    const found = (await look('a.csv', file)).first.map(({ customer }) =>
      customer?.consents.map(({ granted }) => granted),
    );
    expect(found).toEqual([[], [false], [false], []]);
  });

  test('that says yes and no is a no', async () => {
    const [read] = (await look('a.csv', lines('user_id,email_opt_in,email_opt_out', 'u1,yes,yes'))).first;
    expect(read!.calls[0]!['traits']).toEqual({ consent: { email: { '*': false } } });
  });

  test('tells of each consent where it comes from, and when it was given', async () => {
    const mapping = { evidence: 'form of 2024', columns: { news: 'consent.email.newsletter' } };
    const file = lines('user_id,news,sms_opt_in,sms_opt_in_at,push_opt_in', 'u1,yes,yes,2024-05-01,yes');
    const [read] = (await look('people.csv', file, mapping)).first;
    const source = expect.stringMatching(/^import:\d+-people\.csv$/);
    expect(read!.calls).toMatchObject([
      {
        type: 'identify',
        traits: { consent: { email: { newsletter: true }, push: { '*': true } } },
        properties: { source, evidence: { column: 'news, push_opt_in', row: '1', note: 'form of 2024' } },
      },
      {
        type: 'track',
        event: 'Consent Changed',
        timestamp: '2024-05-01T00:00:00.000Z',
        properties: { channel: 'sms', topic: '*', granted: true, source, evidence: { column: 'sms_opt_in', row: '1' } },
      },
    ]);
  });

  test('of NDJSON may be flat or as Segment has it', async () => {
    const flat = { userId: 'u1', plan: 'gold', tags: ['a', 'b'] };
    const spec = {
      userId: 'u2',
      traits: { plan: 'gold', email: 'a@b.example' },
      consent: { email: { promotions: true }, sms: false },
    };
    const found = await customers('a.ndjson', lines(JSON.stringify(flat), JSON.stringify(spec), '[1]', '{'));
    expect(found.slice(0, 2)).toMatchObject([
      { userId: 'u1', traits: { plan: 'gold', tags: ['a', 'b'] } },
      {
        userId: 'u2',
        traits: { plan: 'gold', email: 'a@b.example' },
        consents: [
          { channel: 'email', topic: 'promotions', granted: true },
          { channel: 'sms', topic: '*', granted: false },
        ],
      },
    ]);
    expect(found.slice(2)).toEqual([
      [expect.objectContaining({ message: 'This line is no JSON object.' })],
      [expect.objectContaining({ message: 'This line is no JSON object.' })],
    ]);
  });

  test('that no signal may be is found before anything is sent', async () => {
    const found = await customers('a.csv', lines('user_id,plan', `${'x'.repeat(300)},gold`, 'null,gold'));
    expect(found).toMatchObject([
      [{ column: 'user_id', message: 'userId is longer than 256 bytes.' }],
      [{ column: 'user_id', proposal: 'give the row a userId' }],
    ]);
  });
});

describe('an endpoint of Pinpoint', () => {
  const endpoint = {
    Id: 'e1',
    ChannelType: 'EMAIL',
    Address: 'Ann@Example.com',
    OptOut: 'NONE',
    EndpointStatus: 'ACTIVE',
    EffectiveDate: '2026-09-01T10:00:00.000Z',
    Attributes: { interests: ['shoes', 'bags'], plan: ['old'] },
    Metrics: { visits: 3 },
    Location: { Country: 'DE', City: 'Berlin' },
    Demographic: { Timezone: 'Europe/Berlin', AppVersion: '1.2' },
    User: { UserId: 'p1', UserAttributes: { plan: ['gold'] } },
  };
  const ann = {
    userId: 'p1',
    at: '2026-09-01T10:00:00.000Z',
    traits: {
      visits: 3,
      interests: ['shoes', 'bags'],
      plan: 'gold',
      app_version: '1.2',
      timezone: 'Europe/Berlin',
      address: { country: 'DE', city: 'Berlin' },
      email: 'Ann@example.com',
    },
    consents: [],
  };

  test('is its user, with the attributes, places and devices of both, and no consent', async () => {
    expect(await customers('a.json', lines(JSON.stringify(endpoint)))).toEqual([ann]);
  });

  test('is the same from a CSV', async () => {
    const flat = {
      Id: 'e1',
      ChannelType: 'EMAIL',
      Address: 'Ann@Example.com',
      OptOut: 'NONE',
      EffectiveDate: '2026-09-01T10:00:00.000Z',
      'Attributes.plan': 'old',
      'Metrics.visits': '3',
      'Location.Country': 'DE',
      'Location.City': 'Berlin',
      'Demographic.Timezone': 'Europe/Berlin',
      'Demographic.AppVersion': '1.2',
      'User.UserId': 'p1',
      'User.UserAttributes.plan': 'gold',
    };
    const found = await customers('a.csv', lines(Object.keys(flat).join(','), Object.values(flat).join(',')));
    const { interests: _, ...traits } = ann.traits;
    expect(found).toEqual([{ ...ann, traits }]);
  });

  test.each([
    ['EMAIL', 'email'],
    ['SMS', 'sms'],
    ['GCM', 'push'],
    ['APNS_SANDBOX', 'push'],
  ])('on %s that opted out is a refusal of the whole channel', async (ChannelType, channel) => {
    const out = { Id: 'e1', ChannelType, OptOut: 'ALL', User: { UserId: 'p1' } };
    const [read] = (await look('a.json', lines(JSON.stringify(out)))).first;
    expect(read!.customer!.consents).toMatchObject([{ channel, topic: '*', granted: false }]);
    expect(callsOf(read!.customer!, { file: 'a.json', row: 1 })[0]['traits']).toEqual({
      consent: { [channel]: { '*': false } },
    });
  });

  test('without a user is known by its own id; what Pinpoint no longer sent to is not taken over', async () => {
    const device = { Id: 'e2', ChannelType: 'GCM', Address: 'token' };
    const found = await customers(
      'a.json',
      lines(JSON.stringify(device), JSON.stringify({ ...device, EndpointStatus: 'INACTIVE' })),
    );
    expect(found).toEqual([
      { anonymousId: 'e2', traits: { devices: [{ token: 'token', type: 'android' }] }, consents: [] },
      { anonymousId: 'e2', traits: {}, consents: [] },
    ]);
  });

  test('with an address that is none is said to have one', async () => {
    const found = await customers('a.json', lines(JSON.stringify({ ...endpoint, Address: 'ann' })));
    expect(found).toEqual([
      [{ column: 'Address', message: 'This is no email address.', proposal: expect.any(String) }],
    ]);
  });
});

describe('a file', () => {
  const check = (text: string, mapping: object = {}) =>
    checkFile({ path: save('b.csv', text), mapping: Mapping.parse(mapping), asOf }, join(scratch, 'rejects.csv'));

  test('is the same import whenever it is read, and another one when it or its mapping changed', async () => {
    const text = lines('user_id,plan', 'u1,gold', ',silver');
    const first = await check(text);
    expect(first).toMatchObject({ rows: 2, good: 1, rejected: 1, parts: 1 });
    expect(first.id).toMatch(/^[0-9a-f]{16}$/);
    expect((await check(text)).id).toBe(first.id);
    expect((await check(`${text}u3,gold\n`)).id).not.toBe(first.id);
    expect((await check(text, { country: 'DE' })).id).not.toBe(first.id);
  });

  test('is cut into parts that a function can be called with', async () => {
    const many = Array.from({ length: 1_001 }, (_, n) => `u${n},gold`);
    expect(await check(lines('user_id,plan', ...many))).toMatchObject({ good: 1_001, parts: 6 });
    const heavy = Array.from({ length: 100 }, (_, n) => `u${n},${'x'.repeat(20_000)}`);
    expect((await check(lines('user_id,plan', ...heavy))).parts).toBeGreaterThan(1);
  });
});
