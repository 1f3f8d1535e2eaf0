import { confirmationUrl } from '../../../../functions/aws/links/confirmation-link.ts';
import { preferencesUrl } from '../../../../functions/aws/links/preferences-link.ts';
import { surveyLinks } from '../../../../functions/aws/links/survey-link.ts';
import { MONDAY, type Segue } from '../segue-ground.ts';
import { foldPaused, languageOf, lea, refolds, type Scene } from './acts.ts';

const secretOf = async ({ ground, refOf }: Segue): Promise<string> => {
  const { SecretString } = await ground.call('secretsmanager', 'GetSecretValue', { SecretId: refOf('CustomerKey') });
  return String(SecretString);
};

/** The paths of the pages behind links, as messages to Lea would have them. */
const pathsOf = async (segue: Segue) => {
  const [row] = await segue.scan('Log');
  const customer = (row?.['pk'] as { S: string } | undefined)?.S.slice('C#'.length) ?? '';
  const maker = { publicUrl: 'https://x', key: await secretOf(segue), now: MONDAY };
  const confirmation = { customer, channel: 'email', topic: 'newsletter', request: 'm', wording: '' } as const;
  const asked = { customer, journey: 'post-purchase', enrol: 'e'.repeat(26), occurrence: '1', step: 'survey' };
  return [
    preferencesUrl({ customer, channel: 'email' }, maker),
    confirmationUrl(confirmation, maker),
    surveyLinks(asked, maker).csat_url,
  ].map((url) => new URL(url).pathname);
};

const form = (body: string) => ({ body, headers: { 'content-type': 'application/x-www-form-urlencoded' } });
const texts = (messageId: string, text: string) => ({
  type: 'track',
  event: 'SMS Received',
  userId: 'lea',
  messageId,
  properties: { channel: 'sms', from: '+447700900001', text },
});

export const scenes: readonly Scene[] = [
  {
    name: 'preferences, a confirmation and a survey are opened, and answered',
    expected: {
      signals: { 'Consent Changed': 2, 'Survey Answered': 1 },
      answers: ['preferences', 'confirmations', 'surveys'].flatMap((page) => [
        `GET /v1/${page}: 200`,
        'de',
        `POST /v1/${page}: 200`,
      ]),
    },
    async play(segue) {
      await segue.put(lea({ locale: 'de-AT', consent: { email: { promotions: true } } }));
      const opens = async (path: string) => segue.answers.push(languageOf(await segue.http('GET', path)));
      const [preferences = '', confirmation = '', survey = ''] = await pathsOf(segue);
      await opens(preferences);
      await segue.http('POST', preferences, form('do=save&was:email:promotions=on'));
      await opens(confirmation);
      await segue.http('POST', confirmation);
      await opens(survey);
      await segue.http('POST', survey, form('score=4'));
      await segue.advance('PT1S');
    },
  },
  {
    name: 'a customer texts STOP, and START a minute later',
    expected: { signals: { 'Consent Changed': 2, 'SMS Received': 2 } },
    async play(segue) {
      await segue.put(lea());
      await segue.put(texts('stop', 'please stop texting me'));
      await segue.advance('PT1M');
      await segue.put(texts('start', 'START'));
      await segue.advance('PT1M');
    },
  },
  {
    name: 'an operator refolds a STOP and a START',
    expected: { signals: { 'Consent Changed': 2, 'SMS Received': 2 } },
    deployed: foldPaused,
    async play(segue) {
      await segue.put(lea());
      await refolds(segue, ['lea']);
      await segue.put(texts('stop', 'STOP'));
      await refolds(segue, ['stop']);
      await segue.put(texts('start', 'START'));
      await refolds(segue, ['start']);
      await segue.advance('PT1M');
    },
  },
];
