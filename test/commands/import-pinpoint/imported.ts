import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Import, importFiles, type SavedFile } from '../../../commands/import-pinpoint/import-files.ts';
import type { Fault } from '../../../commands/import-pinpoint/read/read-saved.ts';
import { parse } from 'yaml';
import { checkJourney, type JourneyDocument } from '#core/journey';

/** Monday 5 January 2026, 09:00 UTC: where every story begins. */
export const monday = Date.parse('2026-01-05T09:00:00Z');

export const topics = { promotions: 'marketing', service: 'transactional' } as const;
const settings = { topics: { marketing: 'promotions', transactional: 'service' }, now: monday };

const savedFolder = path.join(import.meta.dirname, 'saved');

export const savedFiles = (...names: readonly string[]): readonly SavedFile[] =>
  readdirSync(savedFolder)
    .filter((name) => names.length === 0 || names.some((each) => name.startsWith(each)))
    .map((name) => ({ name, text: readFileSync(path.join(savedFolder, name), 'utf8') }));

export const asFile = (name: string, value: unknown): SavedFile => ({ name, text: JSON.stringify(value, null, 1) });

export const imported = (files: readonly SavedFile[]): Import => {
  const result = importFiles(files, settings);
  if ('faults' in result) throw new Error(result.faults.map(({ path: at, message }) => `${at}: ${message}`).join('\n'));
  return result;
};

export const refusals = (...files: readonly SavedFile[]): readonly Fault[] => {
  const result = importFiles(files, settings);
  return 'faults' in result ? result.faults : [];
};

export const textOf = ({ outputs }: Import, file: string): string => {
  const found = outputs.find((each) => each.path === file);
  if (found === undefined) throw new Error(`No ${file} among ${outputs.map((each) => each.path).join(', ')}`);
  return found.text;
};

/** The messages of a journey by name, with the channels each is written for: what the checker wants to know. */
const messagesOf = ({ outputs }: Import, journey: string): Record<string, ('email' | 'sms' | 'push')[]> => {
  const messages: Record<string, ('email' | 'sms' | 'push')[]> = {};
  for (const { path: file } of outputs) {
    const [, name, channel] = new RegExp(`^${journey}/messages/(.+)\\.(email|sms|push)\\.`).exec(file) ?? [];
    if (name !== undefined) messages[name] = [...(messages[name] ?? []), channel as 'email' | 'sms' | 'push'];
  }
  return messages;
};

/** What the checker says of an imported journey. */
export const checked = (result: Import, journey: string, file = `${journey}/journey.yaml`) =>
  checkJourney(parse(textOf(result, file)), { topics, messages: messagesOf(result, journey) });

export const journeyOf = (result: Import, journey: string): JourneyDocument => {
  const { journey: document, problems } = checked(result, journey);
  if (document === undefined) throw new Error(JSON.stringify(problems, null, 2));
  return document;
};

const conformance = path.resolve(
  import.meta.dirname,
  '../../..',
  process.env['SEGUE_CONFORMANCE'] ?? '../shared/conformance',
  'pinpoint/journey-new-subscriber.json',
);
export const hasSample = existsSync(conformance);
if (!hasSample && process.env['CI'] !== undefined) throw new Error(`The recorded cases are missing: ${conformance}`);
if (!hasSample) process.stderr.write(`Skipped, because the recorded cases are not there: ${conformance}\n`);

/** The journey AWS prints as its example, unfinished as it is. */
export const sample = () => JSON.parse(readFileSync(conformance, 'utf8')).journey;
export const sampleFile = (): SavedFile => ({
  name: 'journey-new-subscriber.json',
  text: readFileSync(conformance, 'utf8'),
});

const email = (name: string, subject: string) =>
  asFile(`${name}.json`, {
    EmailTemplateResponse: {
      TemplateName: name,
      TemplateType: 'EMAIL',
      Subject: subject,
      HtmlPart: `<p>${subject}</p>`,
    },
  });

/** The example as its author would have finished it. */
export const completedSample = (): readonly SavedFile[] => {
  const journey = sample();
  const { Activities: all } = journey;
  all['0roHkysnX3'].EMAIL.TemplateName = 'Welcome';
  all.p1gOHvWOhc.ConditionalSplit.Condition.Conditions = [
    {
      EventCondition: {
        Dimensions: { EventType: { DimensionType: 'INCLUSIVE', Values: ['_email.open'] } },
        MessageActivity: '0roHkysnX3',
      },
    },
  ];
  all.p1gOHvWOhc.ConditionalSplit.EvaluationWaitTime = { WaitFor: 'P1D' };
  all['12LUtDeRst'].Wait.WaitTime = { WaitFor: 'P2D' };
  all['1tvNWcuvXK'].MultiCondition.Branches[1].Condition = {
    SegmentDimensions: { UserAttributes: { plan: { AttributeType: 'INCLUSIVE', Values: ['trial'] } } },
  };
  all['1tvNWcuvXK'].MultiCondition.Branches.pop();
  all.nMvVg72WFd.EMAIL.TemplateName = 'Members';
  all.HSGfxJ6itl.EMAIL.TemplateName = 'Trial';
  all['3l1znWgu9N'].RandomSplit.Branches[0].NextActivity = 'HSGfxJ6itl';
  all['3l1znWgu9N'].RandomSplit.Branches[1].NextActivity = 'nMvVg72WFd';
  journey.StartCondition = {
    EventStartCondition: {
      EventFilter: {
        FilterType: 'ENDPOINT',
        Dimensions: { EventType: { DimensionType: 'INCLUSIVE', Values: ['Subscribed'] } },
      },
    },
  };
  const members = {
    SegmentResponse: {
      Id: '42d8c7eb0990a57ba1d5476a3example',
      Name: 'Members',
      SegmentType: 'DIMENSIONAL',
      Dimensions: { UserAttributes: { member: { AttributeType: 'INCLUSIVE', Values: ['yes'] } } },
    },
  };
  return [
    asFile('journey.json', { JourneyResponse: journey }),
    asFile('segment.json', members),
    email('Welcome', 'Welcome'),
    email('Welcome_New_Subscribers', 'Nice to see you'),
    email('Members', 'For members'),
    email('Trial', 'Your trial'),
  ];
};
