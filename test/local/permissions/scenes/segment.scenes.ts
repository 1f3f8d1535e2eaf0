import type { Change } from '../grants.ts';
import type { Segue } from '../segue-ground.ts';
import { buys, foldPaused, lea, profileRow, refolds, type Scene, tell, writes } from './acts.ts';

const unhappy = { name: 'unhappy', when: 'profile.complaint.open' };
/** Whoever bought is in it in the second hour after that. */
const lately = {
  name: 'lately',
  when: [
    { since: 'profile.orders.lastAt', over: '1 hour' },
    { since: 'profile.orders.lastAt', under: '2 hours' },
  ],
};

export const withSegments =
  (...segments: readonly object[]): Change =>
  ({ Resources }) => {
    const published = Object.values(Resources).find(({ Type }) => Type === 'Custom::Segments')!;
    published.Properties['Segments'] = JSON.stringify(segments);
  };

export const complains = {
  type: 'track',
  event: 'Complaint Filed',
  userId: 'lea',
  messageId: 'complains',
  properties: { case_id: '1' },
};

/** The stack is deployed again, with other segments. */
const publishes = (segue: Segue, ...segments: readonly object[]): Promise<void> =>
  tell(segue, 'PublishSegments', 'Update', { Segments: JSON.stringify(segments) });

/** What a fold still owes is unreadable, so that only a refold may look at this customer. */
const owesNonsense = async (segue: Segue): Promise<void> => {
  const row = await profileRow(segue);
  if (row !== undefined) await writes(segue, 'State', { ...row, owed: { S: 'no JSON' } });
};

/** So many rows that none of the parts of the table is read at once. */
const fillsTable = async (segue: Segue): Promise<void> => {
  const filler = { S: 'x'.repeat(390_000) };
  for (let row = 0; row < 24; row++)
    await writes(segue, 'State', { pk: { S: `FILLER#${row}` }, sk: { S: 'FILLER' }, filler });
};

/** Real time flies: every look at it is half a minute later. */
const inHaste = async (act: () => Promise<void>): Promise<void> => {
  const { now } = performance;
  let looks = 0;
  performance.now = () => now.call(performance) + 31_000 * looks++;
  await act().finally(() => (performance.now = now));
};

/** The machine that waits for minutes has no leave to call anybody. */
const clockStands: Change = ({ Resources }) => {
  const [, policy] = Object.entries(Resources).find(
    ([id, { Type }]) => Type === 'AWS::IAM::Policy' && id.startsWith('SegmentClockRole'),
  )!;
  policy.Properties.PolicyDocument!.Statement.find(({ Action }) => Action === 'lambda:InvokeFunction')!.Action = [];
};

export const scenes: readonly Scene[] = [
  {
    name: 'who complains enters a segment',
    expected: { signals: { 'Segment Entered': 1 } },
    deployed: withSegments(unhappy),
    async play(segue) {
      await segue.put(lea());
      await segue.put(complains);
    },
  },
  {
    name: 'time alone takes a customer into a segment and out of it',
    expected: { signals: { 'Segment Entered': 1, 'Segment Left': 1 } },
    deployed: withSegments(lately),
    async play(segue) {
      await segue.put(lea());
      await segue.put(buys);
      await segue.advance('PT62M');
      await segue.advance('PT1H');
    },
  },
  {
    name: 'a customer is due whose fold is not finished: a refold looks at them',
    expected: { queues: { RefoldsDead: 1 } },
    deployed: withSegments(lately),
    async play(segue) {
      await segue.put(lea());
      await segue.put(buys);
      await owesNonsense(segue);
      await segue.advance('PT3H');
    },
  },
  {
    name: 'segments are published, and everybody is looked at',
    expected: { rows: { 'FILL   ': 4 }, answers: ['2 segments, publication 1'] },
    async play(segue) {
      await segue.put(lea());
      await segue.put(buys);
      await segue.put(complains);
      await publishes(segue, unhappy, lately);
      await segue.advance('PT62M');
    },
  },
  {
    name: 'segments are published, and who was not looked at in time enters one late',
    expected: { signals: { 'Segment Entered': 1 } },
    deployed: (template) => {
      clockStands(template);
      withSegments(lately)(template);
    },
    async play(segue) {
      await segue.put(lea());
      await segue.put(buys);
      await segue.advance('PT70M');
      await publishes(segue, lately, unhappy);
      await segue.advance('PT1M');
    },
  },
  {
    name: 'segments are published, and whose fold is not finished is looked at by a refold',
    expected: { queues: { RefoldsDead: 1 } },
    async play(segue) {
      await segue.put(lea());
      await owesNonsense(segue);
      await publishes(segue, unhappy);
      await segue.advance('PT3H');
    },
  },
  {
    name: 'looking at everybody takes longer than one call',
    expected: { rows: { 'FILL   ': 4 }, queues: { SegmentFills: 0, SegmentFillsDead: 0 } },
    async play(segue) {
      await fillsTable(segue);
      await inHaste(async () => {
        await publishes(segue, unhappy);
        await segue.advance('PT10S');
      });
      await segue.advance('PT1H');
    },
  },
  {
    name: 'a list is uploaded and shown',
    expected: {
      signals: { 'Segment Entered': 1 },
      answers: ['POST /v1/segments: 200', ...Array<string>(3).fill('GET /v1/segments: 200')],
    },
    async play(segue) {
      await segue.put(lea());
      const authorization = `Bearer ${await segue.token()}`;
      await segue.http('POST', '/v1/segments/press/members', {
        body: 'userId\nlea\n',
        headers: { 'content-type': 'text/csv', authorization },
      });
      for (const path of ['', '/press', '/press/members'])
        await segue.http('GET', `/v1/segments${path}`, { headers: { authorization } });
      await segue.advance('PT2S');
    },
  },
  {
    name: 'an operator refolds, and the customer is in a segment and due in another',
    expected: { signals: { 'Segment Entered': 1 }, runs: { 'RUNNING after Wait for the minute': 1 } },
    deployed: (template) => {
      foldPaused(template);
      withSegments(unhappy, lately)(template);
    },
    async play(segue) {
      await segue.put(lea(), buys, complains);
      await refolds(segue, ['lea', 'buys', 'complains']);
      await segue.advance('PT2S');
    },
  },
];
