import { leavesCart, type Scene } from './acts.ts';

export const scenes: readonly Scene[] = [
  {
    name: 'a publisher switches a channel off, and sees that it is',
    expected: { answers: ['POST /v1/switches: 200', 'GET /v1/switches: 200'] },
    async play(segue) {
      const headers = { authorization: `Bearer ${await segue.token('publisher')}`, 'content-type': 'application/json' };
      const body = JSON.stringify({ switch: 'email', off: true, because: 'a wrong price went out' });
      await segue.http('POST', '/v1/switches', { headers, body });
      await segue.http('GET', '/v1/switches', { headers });
      await leavesCart(segue);
    },
  },
];
