import { type Channel, contextKeyOfChannel } from '../message-room.ts';
import type { JourneyFiles } from './journey-files.ts';

/** Sends of a journey that no channel of the stage can carry, each with a sentence that says what to set. */
export const missingChannels = (
  { name, needs }: JourneyFiles,
  channels: readonly Channel[],
): readonly { readonly id: string; readonly message: string }[] =>
  needs
    .filter((need) => !channels.some((configured) => need.includes(configured)))
    .map((need) => {
      const keys = Object.entries(contextKeyOfChannel).flatMap(([channel, key]) => (need.includes(channel) ? key : []));
      return {
        id: `segue:channel:${name}:${need.join('-')}`,
        message:
          `Journey ${name} sends by ${need.join(' or ')}, which this stage has not configured: it will be refused ` +
          `until you set the context key ${keys.join(' or ')} (npx cdk deploy -c ${keys[0]}=…).`,
      };
    });
