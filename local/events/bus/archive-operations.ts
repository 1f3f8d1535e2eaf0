import * as z from 'zod';
import { AwsError, type Caller, type JsonObject, type Operation, type World } from '../../world.ts';
import { operation } from '../operation.ts';
import { patternText } from '../rules/rule.ts';
import { type Archive, type Archives, archiveShape } from './archives.ts';
import type { Buses } from './buses.ts';

const create = archiveShape.omit({ SourceArn: true }).extend({
  ArchiveName: z.string().regex(/^[\w.-]{1,48}$/),
  EventSourceArn: z.string(),
});
const named = z.object({ ArchiveName: z.string() });
const listed = z.object({ NamePrefix: z.string().default(''), EventSourceArn: z.string().optional() });

/** CreateArchive, DescribeArchive, ListArchives and DeleteArchive. */
export const archiveOperations = (
  { journal, stack }: World,
  archives: Archives,
  buses: Buses,
): Readonly<Record<string, Operation>> => {
  const arnOf = (name: string) => `arn:aws:events:${stack.region}:${stack.account}:archive/${name}`;
  const existing = (name: string, action: string, caller: Caller): Archive => {
    caller.require(`events:${action}`, arnOf(name));
    const found = archives.find(name);
    if (found !== undefined) return found;
    throw new AwsError('ResourceNotFoundException', `Archive ${name} does not exist.`);
  };

  return {
    CreateArchive: operation(create, async ({ EventSourceArn, ...asked }, caller) => {
      const name = asked.ArchiveName;
      caller.require('events:CreateArchive', arnOf(name));
      if (archives.find(name) !== undefined)
        throw new AwsError('ResourceAlreadyExistsException', `Archive ${name} already exists.`);
      const { arn } = archives.make(name, { ...asked, SourceArn: buses.existing(EventSourceArn).arn });
      await journal.durable();
      return { ArchiveArn: arn, State: 'ENABLED' };
    }),
    DescribeArchive: operation(named, async ({ ArchiveName }, caller) => {
      const one = existing(ArchiveName, 'DescribeArchive', caller);
      const { EventPattern, Description } = one.shape;
      return {
        ...summary(archives, one),
        ArchiveArn: one.arn,
        ...(EventPattern === undefined ? {} : { EventPattern: patternText(EventPattern) }),
        ...(Description === undefined ? {} : { Description }),
      };
    }),
    ListArchives: operation(listed, async ({ NamePrefix, EventSourceArn }, caller) => {
      caller.require('events:ListArchives', '*');
      const hit = archives
        .all()
        .filter(({ name, source }) => name.startsWith(NamePrefix) && (EventSourceArn ?? source) === source);
      return { Archives: hit.map((one) => summary(archives, one)) };
    }),
    DeleteArchive: operation(named, async ({ ArchiveName }, caller) => {
      archives.remove(existing(ArchiveName, 'DeleteArchive', caller).name);
      await journal.durable();
      return {};
    }),
  };
};

const summary = (archives: Archives, { name, source, shape, createdAt }: Archive): JsonObject => {
  const held = archives.held(name);
  return {
    ArchiveName: name,
    EventSourceArn: source,
    State: 'ENABLED',
    RetentionDays: shape.RetentionDays,
    EventCount: held.length,
    SizeBytes: held.reduce((bytes, { event }) => bytes + Buffer.byteLength(JSON.stringify(event)), 0),
    CreationTime: createdAt / 1_000,
  };
};
