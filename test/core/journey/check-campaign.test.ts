import { expect, test } from 'vitest';
import { checkCampaign } from '#core/journey';
import { around } from './check/checked.ts';

const campaign = { name: 'sale', topic: 'promotions', message: 'hello', channels: ['email'] };
const told = (written: unknown) => {
  const { problems = [], warnings } = checkCampaign(written, around);
  return [...problems, ...warnings].map(({ path, message }) => `${path.join('.')}: ${message}`);
};

test('a campaign is the journey of one message', () => {
  expect(told(campaign)).toEqual([]);
  expect(checkCampaign({ ...campaign, expires: '2 days' }, around).journey).toMatchObject({
    name: 'sale',
    topic: 'promotions',
    triggers: [{ api: true }],
    steps: [{ id: 'message', send: { message: 'hello', channels: ['email'], expires: '2 days' } }],
  });
});

test('what is wrong with it is told where it was written', () => {
  expect(told({ ...campaign, message: 'helo' })).toEqual([
    'message: There is no message `helo`. Did you mean `hello`?',
  ]);
  expect(told({ ...campaign, topic: 'promotion' })).toEqual([
    'topic: There is no topic `promotion`. Did you mean `promotions`?',
  ]);
  expect(told({ ...campaign, message: 'letter', channels: ['push'] })).toEqual([
    expect.stringMatching(/^: The message `letter` is not written for push; it has email\./),
  ]);
  expect(told({ ...campaign, channels: 'preferred' })).toEqual([
    expect.stringMatching(/^channels: `preferred` needs `among/),
  ]);
  expect(told({ ...campaign, channels: ['sms'] })).toEqual([expect.stringMatching(/^: This text message may come at/)]);
  expect(told({ ...campaign, message: undefined })).toEqual(['message: `message` is missing.']);
});

test('what is no campaign is told as such', () => {
  for (const written of [7, null, ['sale']])
    expect(told(written)).toEqual([': This is no campaign: one begins with `name:`.']);
});

test('a misspelt word is corrected by the words of a campaign, and one thing by a list of it', () => {
  const { message: mesage, ...rest } = campaign;
  expect(told({ ...rest, mesage })).toEqual(['mesage: `mesage` is not known here. Did you mean `message`?']);
  expect(told({ ...campaign, channels: 'email' })).toEqual(['channels: This is a list: write `[email]`.']);
});
