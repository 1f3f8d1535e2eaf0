import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCampaigns } from '../../../infra/bulk/campaign-files.ts';
import { grantsOf, ofType, repository, scratch, synthesize } from '../synthesized.ts';

const campaigns = join(repository, 'campaigns');
const local = synthesize({ stage: 'local' }, { campaigns });
const does = (id: string) => grantsOf(local, id).filter((grant) => !/^(logs|xray):/.test(grant));
const onState = (...operations: string[]) => operations.map((operation) => `dynamodb:${operation} on <State.Arn>`);
const reads = (queue: string) =>
  ['ChangeMessageVisibility', 'DeleteMessage', 'GetQueueAttributes', 'GetQueueUrl', 'ReceiveMessage'].map(
    (action) => `sqs:${action} on <${queue}.Arn>`,
  );

describe('what each function of messages to many may do, all of it:', () => {
  it.each([
    [
      'ControlBulk',
      [...onState('BatchGetItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'), 'sqs:SendMessage on <BulkWalks.Arn>'],
    ],
    [
      'WalkBulk',
      [
        ...onState('DeleteItem', 'GetItem', 'Query', 'UpdateItem'),
        ...reads('BulkWalks'),
        'sqs:SendMessage on <BulkMembers.Arn>',
        'sqs:SendMessage on <BulkWalks.Arn>',
      ],
    ],
  ])('%s', (id, grants) => {
    expect(does(id)).toEqual(grants.sort());
  });

  it('SendBulk sends as run-step does, puts members back into their queue, and asks for a call when a hold is over', () => {
    const sending = (id: string) => does(id).filter((grant) => /^(ses|sms-voice|mobiletargeting|events):/.test(grant));
    expect(sending('SendBulk')).toEqual(sending('RunStep'));
    expect(does('SendBulk').filter((grant) => grant.startsWith('states:'))).toEqual([]);
    for (const queue of ['BulkMembers', 'BulkWalks'])
      expect(does('SendBulk')).toContain(`sqs:SendMessage on <${queue}.Arn>`);
  });
});

describe('campaigns', () => {
  it('are published by their name, without a state machine', () => {
    const [[id, published] = ['', undefined]] = ofType(local, 'Custom::Campaign');
    expect(id).toBe('CampaignSpringLetterPublished');
    expect(published?.Properties).toMatchObject({ Name: 'spring-letter', Channels: 'email,sms,push' });
    expect(JSON.parse(String(published?.Properties['Document'])).journey.name).toBe('spring-letter');
  });

  it('are refused where they were not compiled, or have the name of a journey', () => {
    const folder = scratch();
    mkdirSync(join(folder, 'letter'));
    writeFileSync(join(folder, 'letter/campaign.yaml'), 'name: letter\n');
    expect(() => readCampaigns(folder, [])).toThrow(/campaign.json is missing beside campaign.yaml: npm run compile/);
    expect(() => readCampaigns(campaigns, ['spring-letter'])).toThrow(/as a journey is: give it another name/);
  });
});
