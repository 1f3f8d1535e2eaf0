import type { Segue } from '../segue-ground.ts';
import type { Scene } from './acts.ts';
import { withSegments } from './segment.scenes.ts';

const id = '0123456789abcdef';

const asked = async (segue: Segue, method: string, path: string, body?: object): Promise<string> => {
  const headers = { authorization: `Bearer ${await segue.token()}`, 'content-type': 'application/json' };
  return segue.http(method, `/v1/imports${path}`, { headers, ...(body && { body: JSON.stringify(body) }) });
};

const row = (number: number, who: object, traits: object) => ({
  row: number,
  calls: [{ type: 'identify', ...who, traits }],
});

/** Two who share an address, one with an anonymous id, a consent, a segment now and another to come. */
const newcomers = [
  row(1, { userId: 'lea', anonymousId: 'lea-browser' }, { email: 'home@example.com', consent: { email: true } }),
  row(2, { userId: 'tom' }, { email: 'home@example.com', plan: 'gold', renews_at: '2026-02-01T00:00:00Z' }),
];
/** One of them again; and a row that was folded already, as after a part that broke off. */
const known = [row(2, { userId: 'tom' }, { plan: 'gold' }), row(3, { userId: 'tom' }, { plan: 'silver' })];

export const scenes: readonly Scene[] = [
  {
    name: 'customers move in from a file, and one of them twice',
    deployed: withSegments(
      { name: 'gold', when: 'profile.traits.plan = "gold"' },
      { name: 'renewing', when: [{ until: 'profile.traits.renews_at', under: '3 days' }] },
    ),
    play: async (segue) => {
      await asked(segue, 'POST', '', { id, file: 'people.csv', asOf: '2026-01-01T00:00:00Z', parts: 2 });
      await asked(segue, 'PUT', `/${id}/parts/0`, { rows: newcomers });
      await asked(segue, 'PUT', `/${id}/parts/1`, { rows: known });
      await segue.advance('PT1S');
      segue.answers.push(JSON.parse(await asked(segue, 'GET', `/${id}`)).rows);
      await segue.advance('PT1S');
    },
    expected: {
      signals: { Identified: 3 },
      answers: ['POST /v1/imports: 200', 'PUT /v1/imports: 200', 'PUT /v1/imports: 200', 'GET /v1/imports: 200', 4],
    },
  },
];
