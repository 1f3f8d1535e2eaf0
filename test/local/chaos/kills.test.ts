import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { account } from '../../../bench/durability/account.ts';
import { chaos } from '../../../bench/durability/cycles.ts';
import { emptyLedger, type Entry } from '../../../bench/durability/ledger.ts';
import type { Sight } from '../../../bench/durability/observe.ts';

describe('killed six times at random moments, in the middle of everything', () => {
  const data = mkdtempSync(join(tmpdir(), 'segue-chaos-'));
  afterAll(() => rmSync(data, { recursive: true, force: true }));
  let outcome: Awaited<ReturnType<typeof chaos>>;
  beforeAll(async () => {
    outcome = await chaos({ seed: 7, cycles: 6, accountEvery: 6, consent: 'stays', data, progress: () => undefined });
  }, 60_000);

  test('everything that was acknowledged is accounted for, and nothing happened twice', () => {
    expect(outcome.violations).toEqual([]);
  });

  test('there was something to lose', () => {
    expect(outcome.acknowledged).toBeGreaterThan(20);
    expect(outcome.log).toBeGreaterThan(outcome.acknowledged / 2);
    expect(outcome.executions).toBeGreaterThan(0);
    expect(outcome.messages).toBeGreaterThan(0);
  });
});

describe('the account', () => {
  const entry: Entry = { messageId: 'm-1', userId: 'p-1', event: 'Product Added', isJunk: false, detail: {} };
  const signal = { messageId: 'm-1', event: 'Product Added', subject: { user: 'p-1' }, properties: { cart_id: 'c' } };
  const execution = 'arn:execution';
  const tags = { customer: 'one', run: 'e-1', step: 'reminder' };
  const sight: Sight = {
    now: 1000,
    log: [
      { pk: 'C#one', sk: 'm-1', signal },
      {
        pk: 'C#one',
        sk: 'mail:Delivery:2026',
        signal: {
          messageId: 'mail:Delivery:2026',
          event: 'Email Delivered',
          subject: { customer: 'one' },
          properties: {},
        },
      },
    ],
    profiles: [
      {
        pk: 'C#one',
        body: { seen: { 'Product Added': [1, 0, 0], 'Email Delivered': [1, 0, 0] } },
      },
    ],
    sends: [{ pk: 'C#one', sk: 'SEND#e#1#reminder', status: 'SENT', detail: 'mail' }],
    runs: [{ pk: 'C#one', enrol: 'e', key: 'c', occurrence: 1, step: 'response', deadline: 2000 }],
    outbox: [{ id: 'mail', channel: 'email', tags }],
    executions: [{ execution, status: 'RUNNING', state: 'response' }],
  };
  const ledger = () => ({
    ...emptyLedger(),
    acknowledged: new Map([['m-1', entry]]),
    executions: new Map([[execution, { customer: 'one', enrol: 'e', occurrence: 1 }]]),
  });

  test('adds up when all is well', () => {
    expect(account(sight, ledger())).toEqual([]);
  });

  const lies: readonly [what: string, told: Partial<Sight>, found: RegExp][] = [
    ['a signal is lost', { log: sight.log.slice(1) }, /m-1 .* is in no place/],
    ['a signal is there twice', { log: [...sight.log, { pk: 'C#two', sk: 'm-1', signal }] }, /in log and log/],
    [
      'a profile counts wrongly',
      { profiles: [{ pk: 'C#one', body: { seen: {} } }] },
      /has 1 Product Added, its profile 0/,
    ],
    ['an act is owed', { profiles: [{ ...sight.profiles[0]!, owed: '[]' }] }, /still owes/],
    ['a message left twice', { outbox: [...sight.outbox, { id: 'again', channel: 'email', tags }] }, /left 2 times/],
    ['a message left that nobody claimed', { sends: [] }, /its row says nothing/],
    ['a delivery is lost', { log: sight.log.slice(0, 1) }, /delivery of mail was never told/],
    ['a message never left', { outbox: [] }, /SENT as mail, which is not there/],
    ['a claim is forgotten', { sends: [{ ...sight.sends[0]!, status: 'CLAIMED' }] }, /long after its lease/],
    ['an execution is lost', { executions: [] }, /execution arn:execution is lost/],
    ['an execution failed', { executions: [{ execution, status: 'FAILED' }] }, /is FAILED/],
    ['a run waits for ever', { runs: [{ ...sight.runs[0]!, deadline: 999 }] }, /now past/],
    ['a run is over and its execution is not', { runs: [{ ...sight.runs[0]!, endedAt: 5 }] }, /its execution runs/],
    ['a journey never began', { runs: [] }, /began no journey/],
  ];
  test.each(lies)('notices that %s', (_, told, found) => {
    expect(account({ ...sight, ...told }, ledger()).join('\n')).toMatch(found);
  });
});
