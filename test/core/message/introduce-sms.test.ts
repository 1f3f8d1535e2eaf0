import { expect, test } from 'vitest';
import { introduced } from '#core/message';

test.each([
  ['Your shoes wait', undefined, 'Shop: Your shoes wait Reply STOP to opt out'],
  ['Shop: your shoes wait', 'en-GB', 'Shop: your shoes wait Reply STOP to opt out'],
  ['Deine Schuhe warten', 'de-AT', 'Shop: Deine Schuhe warten Abmelden: STOP antworten'],
  ['SHOP says hello. Text STOP to end.', 'en', 'SHOP says hello. Text STOP to end.'],
  ['Skor', 'sv', 'Shop: Skor Reply STOP to opt out'],
  ['Skor', 'constructor', 'Shop: Skor Reply STOP to opt out'],
  ['Do not stop now', 'en', 'Shop: Do not stop now Reply STOP to opt out'],
])('the first text message to a number says who writes and how to end it: %s', (text, locale, expected) => {
  expect(introduced(text, 'Shop', locale)).toBe(expected);
});
