import type { Events } from '../../events/create-events.ts';
import type { World } from '../../world.ts';
import type { Happening } from '../happenings.ts';
import type { Sent } from '../outbox.ts';
import { sesRecord } from './ses-records.ts';
import { type EventDestination, eventType, type SesSettings } from './ses-settings.ts';
import type { Suppression } from './suppression.ts';

type Parts = {
  readonly world: World;
  readonly settings: SesSettings;
  readonly suppression: Suppression;
  readonly emit: Events['emit'];
};

/**
 * Publishes what befell an email to the destinations of its configuration set, and keeps the suppression list.
 * @returns to how many destinations; none when there is no configuration set or none wants this type
 */
export const publishEmail = async (parts: Parts, sent: Sent, happening: Happening): Promise<number> => {
  const { world, settings, suppression } = parts;
  const set = settings.set(sent.sending.configurationSet ?? '');
  const suppressed = SUPPRESSED_FOR[happening.what];
  if (suppressed !== undefined && (set?.suppresses.has(suppressed) ?? true))
    for (const address of sent.sending.destinations.filter(isReal)) suppression.put(address, suppressed);
  const record = sesRecord(world, sent, happening);
  if (set === undefined || record === undefined) return 0;
  const wanting = set.destinations.filter(({ types }) => types.has(eventType(record.eventType.replace(' ', ''))));
  const publish = async ({ bus, topicArn }: EventDestination): Promise<void> => {
    if (bus !== undefined)
      await parts.emit(bus, {
        source: 'aws.ses',
        'detail-type': record.detailType,
        resources: [sent.sending.sourceArn],
        detail: record.detail,
        at: happening.at,
      });
    if (topicArn !== undefined) {
      const notice = {
        TopicArn: topicArn,
        Subject: 'Amazon SES Email Event Notification',
        Message: JSON.stringify(record.detail),
      };
      await world.call('sns', 'Publish', notice, world.as('ses.amazonaws.com', set.arn));
    }
  };
  await Promise.all(wanting.map(publish));
  return wanting.length;
};

const SUPPRESSED_FOR: Readonly<Partial<Record<Happening['what'], 'BOUNCE' | 'COMPLAINT'>>> = {
  bounce: 'BOUNCE',
  complaint: 'COMPLAINT',
};

/** The mailbox simulator never lands on the suppression list. */
const isReal = (address: string): boolean => !address.toLowerCase().endsWith('@simulator.amazonses.com');
