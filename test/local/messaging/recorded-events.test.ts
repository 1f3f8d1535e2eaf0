// oxlint-disable typescript/no-explicit-any -- samples and events are looked into freely
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ask } from '../events/small-world.ts';
import { messagingGround, raw } from './messaging-ground.ts';

const folder = join(process.env['SEGUE_CONFORMANCE'] ?? '../shared/conformance', 'signals');
const isThere = existsSync(folder);
if (!isThere && process.env['CI'] !== undefined) throw new Error(`${folder} is missing: set SEGUE_CONFORMANCE`);
const printed = (file: string): any => (isThere ? JSON.parse(readFileSync(join(folder, file), 'utf8')) : []);

/** The names of all fields, below lists and objects alike. */
const fields = (value: unknown, path = ''): readonly string[] => {
  if (Array.isArray(value)) return value.length === 0 ? [path] : fields(value[0], path);
  if (value === null || typeof value !== 'object') return [path];
  return Object.entries(value).flatMap(([name, inside]) => fields(inside, `${path}/${name}`));
};
/** Tags and headers are the sender's own; AWS prints a date only where the message has one. */
const isOurs = (path: string): boolean => !/^\/mail\/(tags|headers|commonHeaders\/(date|cc|replyTo))/.test(path);

const TITLES: Record<string, string> = {
  Bounce: 'bounce',
  Complaint: 'complain',
  Delivery: 'deliver',
  Send: 'deliver',
  Reject: 'reject',
  DeliveryDelay: 'delay',
};

describe.skipIf(!isThere)(`events as AWS prints them in ${folder}`, () => {
  const records = isThere
    ? printed('ses-event-records.json').filter(
        ({ page, json }: any) => page === 'event-publishing-retrieving-sns-examples' && json.eventType in TITLES,
      )
    : [];

  it.each(records.map((record: any) => [record.json.eventType, record.json] as const))(
    'an SES %s record has the fields of AWS’s',
    async (...[type, json]: readonly any[]) => {
      const { messaging, heard } = messagingGround();
      messaging.script('*', TITLES[type] as 'deliver');
      await ask(messaging.ses, 'SendRawEmail', raw());
      const event = (await heard()).find(({ detail }: any) => detail.eventType === type);
      // The page's own samples leave out optional parts now and then: everything they have, we have.
      expect(fields(event.detail)).toEqual(
        expect.arrayContaining(
          fields(json)
            .filter(isOurs)
            .filter((path) => !path.startsWith('/click/linkTags/')),
        ),
      );
    },
  );

  it.each(['open', 'click'] as const)('an SES %s record has the fields of AWS’s', async (act) => {
    const { messaging, heard } = messagingGround();
    const { MessageId } = await ask(messaging.ses, 'SendRawEmail', raw());
    await heard();
    await messaging.act(MessageId, act);
    const [event] = await heard();
    const sample = printed('ses-event-records.json').find(({ json }: any) => json.eventType.toLowerCase() === act).json;
    expect(Object.keys(event.detail[act]).sort()).toEqual(Object.keys(sample[act]).sort());
  });

  it('an SMS event has the fields of AWS’s', async () => {
    const { messaging, heard } = messagingGround();
    await ask(messaging.smsVoice, 'SendTextMessage', {
      DestinationPhoneNumber: '+14255550156',
      MessageBody: 'Hi',
      OriginationIdentity: 'SHOP',
    });
    const [, delivered] = await heard();
    const sample = printed('sms-eventbridge.json').events[1];
    expect(Object.keys(delivered).sort()).toEqual(Object.keys(sample).sort());
    const optional = ['protectConfiguration'];
    expect(Object.keys(delivered.detail).sort()).toEqual(
      Object.keys(sample.detail)
        .filter((name) => !optional.includes(name))
        .sort(),
    );
  });
});
