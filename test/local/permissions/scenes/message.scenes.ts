import type { Json, JsonObject } from '../../../../local/world.ts';
import type { Segue } from '../segue-ground.ts';
import { buys, leavesCart, type Scene } from './acts.ts';

const text = (row: JsonObject, field: string): string => String((row[field] as { S?: string } | undefined)?.S ?? '');

/** A message that was being sent when its function died: nobody comes back to it. */
const leavesClaim = async ({ ground, refOf, scan }: Segue): Promise<void> => {
  const run = (await scan('State')).find((row) => text(row, 'sk').startsWith('ENROL#'));
  if (run === undefined) return;
  const fields = { status: 'CLAIMED', owner: 'o', journey: 'cart-abandonment', message: 'm', channel: 'sms' };
  const Item = {
    pk: run['pk'] ?? '',
    sk: { S: `SEND#${text(run, 'enrol')}#1#left` },
    leaseUntil: { N: '1' },
    ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, { S: value }])),
  };
  await ground.call('dynamodb', 'PutItem', { TableName: refOf('State'), Item });
  const claiming = { SS: [`${text(run, 'enrol')}#1#left`] };
  await ground.call('dynamodb', 'PutItem', { TableName: refOf('State'), Item: { ...run, claiming } });
};

const as = async (segue: Segue, role: string) => {
  const headers = { authorization: `Bearer ${await segue.token(role)}` };
  return async (path: string): Promise<Record<string, unknown>> => {
    const answer = await segue.http('GET', path, { headers });
    return answer.startsWith('{') ? JSON.parse(answer) : {};
  };
};

/** What the customer's mailbox, or the providers, do from now on. */
const mailbox = ({ local }: Segue, behaviour: Json) => local('PUT', 'recipients/lea@example.com', behaviour);
const providers = ({ local }: Segue, sending: string) => local('PUT', 'providers', { sending });

export const scenes: readonly Scene[] = [
  {
    name: 'a provider takes a promotion and its answer is lost: it reports, and nothing is sent twice',
    expected: { messages: { email: 1 }, rows: { 'SEND SENT  ': 1 } },
    async play(segue) {
      await mailbox(segue, 'timeout');
      await leavesCart(segue);
      await segue.advance('PT5H');
    },
  },
  {
    name: 'a provider is down: nobody knows, and the journey goes on',
    expected: { messages: {}, rows: { 'SEND UNKNOWN  ': 1 } },
    async play(segue) {
      await providers(segue, 'unavailable');
      await leavesCart(segue);
      await segue.advance('PT5H');
    },
  },
  {
    name: 'an account is paused for an hour, and then the rate is exceeded for another: the message comes late, once',
    expected: { messages: { email: 1 }, rows: { 'SEND SENT  ': 1 } },
    async play(segue) {
      await providers(segue, 'paused');
      await leavesCart(segue);
      await segue.advance('PT5H');
      await providers(segue, 'throttled');
      await segue.advance('PT1H');
      await providers(segue, 'normal');
      await segue.advance('PT3H');
    },
  },
  {
    name: 'a device that is no more is taken out of the profile',
    expected: { signals: { 'Application Uninstalled': 1 } },
    async play(segue) {
      await segue.local('PUT', 'recipients/lea-phone', 'bounce');
      await leavesCart(segue, { prefers: 'push', consent: { email: false, sms: false, push: true } });
      await segue.advance('PT30H');
    },
  },
  {
    name: 'an agent reads why a message was sent, and an operator what webhooks are signed with',
    expected: {
      messages: { email: 1 },
      answers: ['GET /v1/messages: 200', 'GET /v1/messages: 200', 'GET /v1/webhook-key: 200'],
    },
    async play(segue) {
      await leavesCart(segue);
      await segue.advance('PT5H');
      const read = await as(segue, 'agent');
      const { messages } = (await read('/v1/messages?customer=lea')) as { messages?: readonly { id: string }[] };
      await read(`/v1/messages/${messages?.[0]?.id ?? 'none'}`);
      await (
        await as(segue, 'operator')
      )('/v1/webhook-key');
    },
  },
  {
    name: 'what a run was sending when it was left is settled a minute later',
    expected: { rows: { 'SEND UNKNOWN  ': 1 } },
    async play(segue) {
      await leavesCart(segue);
      await leavesClaim(segue);
      await segue.put(buys);
      await segue.advance('PT5M');
    },
  },
];
