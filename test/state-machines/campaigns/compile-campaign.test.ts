import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { compileCampaign } from '../../../state-machines/compile-folder.ts';

const house = path.join(import.meta.dirname, '../../../state-machines');
const campaigns = path.join(house, '../campaigns');
const topics = parse(readFileSync(path.join(house, 'topics.yaml'), 'utf8'));

const scratch = mkdtempSync(path.join(tmpdir(), 'segue-campaign-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const compiled = async (yaml: string) => {
  const folder = path.join(scratch, 'letter');
  mkdirSync(path.join(folder, 'messages'), { recursive: true });
  writeFileSync(path.join(folder, 'campaign.yaml'), yaml);
  const text = 'Spring is here. {{ unsubscribe_url }}\n';
  writeFileSync(path.join(folder, 'messages/spring.sms.liquid'), text);
  const result = await compileCampaign(folder, house, topics);
  return 'faults' in result ? result.faults.map(({ line, message }) => `${line}: ${message}`) : result;
};

test('the campaign that ships is compiled as it is committed', async () => {
  const result = await compileCampaign(path.join(campaigns, 'spring-letter'), house, topics);
  const files = 'files' in result ? result.files : [];
  expect(files.map(({ file }) => path.basename(file))).toEqual(['campaign.json']);
  expect(files[0]?.text).toBe(readFileSync(path.join(campaigns, 'spring-letter/campaign.json'), 'utf8'));
});

test('a campaign has the priority of a journey unless it says otherwise', async () => {
  const right = 'name: letter\ntopic: promotions\nmessage: spring\nchannels: [sms]\n';
  for (const [said, priority] of [
    ['', 50],
    ['priority: 80\n', 80],
  ] as const) {
    const result = await compiled(`${right}${said}`);
    expect('files' in result && JSON.parse(result.files[0]!.text).journey.priority).toBe(priority);
  }
  expect(await compiled(`${right}priority: 101\n`)).toEqual([expect.stringMatching(/^5: .*100/)]);
});

test('what is wrong in a campaign is said with its line', async () => {
  const right = 'name: letter\ntopic: promotions\nmessage: spring\nchannels: [sms]\n';
  expect(await compiled(right)).toMatchObject({ name: 'letter', summary: '1 messages' });
  expect(await compiled(right.replace('promotions', 'promotion'))).toEqual([expect.stringMatching(/^2: .*promotion/)]);
  expect(await compiled(right.replace('message: spring', 'message: sprung'))).toEqual([
    expect.stringMatching(/^3: There is no message `sprung`/),
  ]);
  expect(await compiled(`${right}steps: []\n`)).toEqual([expect.stringMatching(/^5: .*steps/)]);
  expect(await compiled('')).toEqual(['1: This is no campaign: one begins with `name:`.']);
});
