import * as z from 'zod';
import { JourneyDocument } from './journey.ts';
import { Send } from './steps.ts';

const { name, description, topic, zone, window, caps, priority } = JourneyDocument.shape;
const { message, channels, among, expires } = Send.shape;

/** One message to many, as its author writes it. To whom and how fast is said when it is sent. */
export const CampaignDocument = z.strictObject({
  name: name.describe('Lower-case words with hyphens; the name of its folder.'),
  description,
  topic,
  message,
  channels,
  among,
  expires: expires.describe('Not sent later than this after it was the customer’s turn.'),
  zone,
  window,
  caps,
  priority,
});
export type CampaignDocument = z.infer<typeof CampaignDocument>;
