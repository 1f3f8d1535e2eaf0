import type * as z from 'zod';
import type { Path } from '../report/ledger.ts';
import { Segment } from './condition-shapes.ts';
import { Journey } from './journey-shape.ts';
import { own } from './own.ts';
import { EmailTemplate, PushTemplate, SmsTemplate } from './template-shapes.ts';

export type Kind = 'journey' | 'segment' | 'email' | 'sms' | 'push';

export const shapes = {
  journey: Journey,
  segment: Segment,
  email: EmailTemplate,
  sms: SmsTemplate,
  push: PushTemplate,
} satisfies Record<Kind, z.ZodType>;

/** What the API and the command line wrap around each kind. */
const wrappers: Readonly<Record<string, Kind>> = {
  JourneyResponse: 'journey',
  WriteJourneyRequest: 'journey',
  journey: 'journey',
  SegmentResponse: 'segment',
  WriteSegmentRequest: 'segment',
  segment: 'segment',
  EmailTemplateResponse: 'email',
  EmailTemplateRequest: 'email',
  SMSTemplateResponse: 'sms',
  SMSTemplateRequest: 'sms',
  PushNotificationTemplateResponse: 'push',
  PushNotificationTemplateRequest: 'push',
};
const listWrappers: Readonly<Record<string, Kind>> = { JourneysResponse: 'journey', SegmentsResponse: 'segment' };

/** The keys that tell a document that stands alone; the first that fits counts. */
const tellingKeys: readonly (readonly [kind: Kind, keys: readonly string[]])[] = [
  ['journey', ['Activities', 'StartActivity', 'StartCondition', 'RefreshFrequency', 'QuietTime', 'LocalTime']],
  ['segment', ['SegmentType', 'SegmentGroups', 'Dimensions', 'ImportDefinition']],
  ['email', ['HtmlPart', 'TextPart', 'Subject']],
  ['push', ['APNS', 'GCM', 'ADM', 'Baidu', 'Default']],
  ['sms', ['Body']],
  ['journey', ['Name']],
];
const templateTypes: Readonly<Record<string, Kind>> = { EMAIL: 'email', SMS: 'sms', PUSH: 'push' };

type Fields = { readonly [key: string]: unknown };
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Something of Pinpoint's in a file, and where. */
export type Found = { readonly kind: Kind; readonly at: Path; readonly raw: unknown };

const kindOf = (raw: Fields): Kind | undefined => {
  const type = raw['TemplateType'];
  const byType = typeof type === 'string' ? own(templateTypes, type) : undefined;
  return byType ?? tellingKeys.find(([, keys]) => keys.some((key) => Object.hasOwn(raw, key)))?.[0];
};

const eachOf = (list: unknown, at: Path, kind?: Kind): readonly Found[] =>
  Array.isArray(list)
    ? list.flatMap((raw: unknown, i) =>
        kind === undefined ? foundIn(raw, [...at, i]) : [{ kind, at: [...at, i], raw }],
      )
    : [];

/** What a document holds: one thing, wrapped or bare, or a list of them. */
export const foundIn = (document: unknown, at: Path = []): readonly Found[] => {
  if (Array.isArray(document)) return eachOf(document, at);
  if (!isFields(document)) return [];
  for (const [key, value] of Object.entries(document)) {
    const [one, many] = [own(wrappers, key), own(listWrappers, key)];
    if (one !== undefined && isFields(value)) return [{ kind: one, at: [...at, key], raw: value }];
    if (many !== undefined && isFields(value)) return eachOf(value['Item'], [...at, key, 'Item'], many);
  }
  if (Array.isArray(document['Item'])) return eachOf(document['Item'], [...at, 'Item']);
  const kind = kindOf(document);
  return kind === undefined ? [] : [{ kind, at, raw: document }];
};
