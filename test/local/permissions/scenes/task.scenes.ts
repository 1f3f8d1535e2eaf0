import type { Change } from '../grants.ts';
import type { Segue } from '../segue-ground.ts';
import { buys, leavesCart, newVersion, publishNew, type Scene, thanks } from './acts.ts';

/** The journey in a version that asks somebody to call. */
const asksForCall = (segue: Segue): Promise<void> =>
  publishNew(
    segue,
    newVersion(() => [
      {
        id: 'call',
        task: { to: 'support', title: 'Call them.', outcomes: ['reached', 'missed'], due: '2 days' },
        then: { reached: [thanks] },
      },
    ]),
  );

const agent = async (segue: Segue) => {
  const headers = { authorization: `Bearer ${await segue.token('agent')}`, 'content-type': 'application/json' };
  return {
    tasks: async (): Promise<readonly { task: string }[]> => {
      const answer = await segue.http('GET', '/v1/tasks?to=support', { headers });
      return (JSON.parse(answer) as { tasks?: { task: string }[] }).tasks ?? [];
    },
    change: (task: string, change: object) =>
      segue.http('POST', `/v1/tasks/${encodeURIComponent(task)}`, { headers, body: JSON.stringify(change) }),
  };
};

/** What happened cannot be said: its function has no leave to speak on the bus. */
const cannotSay: Change = ({ Resources }) => {
  const [, policy] = Object.entries(Resources).find(
    ([id, { Type }]) => Type === 'AWS::IAM::Policy' && id.startsWith('NewsAnnounceRole'),
  )!;
  policy.Properties.PolicyDocument!.Statement.find(({ Action }) => Action === 'events:PutEvents')!.Action = [];
};

export const scenes: readonly Scene[] = [
  {
    name: 'an agent claims and answers a task, and its journey goes on',
    expected: {
      messages: { sms: 1 },
      rows: { 'TASK answered  ': 1 },
      signals: { 'Task Answered': 1 },
      answers: ['live, version 2', 'GET /v1/tasks: 200', 'POST /v1/tasks: 200', 'POST /v1/tasks: 200'],
    },
    async play(segue) {
      await asksForCall(segue);
      await leavesCart(segue);
      const { tasks, change } = await agent(segue);
      const [first] = await tasks();
      const id = first?.task ?? 'none';
      await change(id, { action: 'claim' });
      await change(id, { action: 'answer', outcome: 'reached' });
      await segue.advance('PT10S');
    },
  },
  {
    name: 'a task is closed when nobody needs to do it any more',
    expected: { rows: { 'TASK closed  ': 1 } },
    async play(segue) {
      await asksForCall(segue);
      await leavesCart(segue);
      await segue.put(buys);
      await segue.advance('PT10S');
    },
  },
  {
    name: 'an answer that cannot be said is kept in the bucket',
    expected: { kept: { FailedNews: 'something' } },
    deployed: cannotSay,
    async play(segue) {
      await asksForCall(segue);
      await leavesCart(segue);
      const { tasks, change } = await agent(segue);
      const [first] = await tasks();
      await change(first?.task ?? 'none', { action: 'answer', outcome: 'reached' });
      await segue.advance('PT6H');
    },
  },
];
