import * as z from 'zod';
import type { World } from '../../world.ts';
import { count, declared, json, lastPart } from '../operation.ts';
import { compilePattern } from '../pattern/compile-pattern.ts';
import type { Arrival } from './bus.ts';
import { asJson, busEvent, type BusEvent } from './event.ts';

const archive = z.strictObject({
  ArchiveName: z.string().optional(),
  Description: z.string().optional(),
  EventPattern: json.optional(),
  KmsKeyIdentifier: z.string().optional(),
  /** 0 keeps events for ever. */
  RetentionDays: count.default(0),
  SourceArn: z.string(),
});
const record = z.object({ archive: z.string(), at: z.number(), event: busEvent });

const DAY = 86_400_000;

/** The archives of the template: every event that passes a bus and fits, kept in the journal. */
export const createArchives = ({ stack, clock, journal }: World) => {
  const archives = declared(stack, 'AWS::Events::Archive', archive).map(({ resource, properties }) => ({
    name: lastPart(resource.arn),
    arn: resource.arn,
    source: properties.SourceArn,
    bus: lastPart(properties.SourceArn),
    retentionDays: properties.RetentionDays,
    matches: properties.EventPattern === undefined ? () => true : compilePattern(properties.EventPattern),
  }));

  const isKept = (one: z.output<typeof record>): boolean => {
    const days = archives.find(({ name }) => name === one.archive)?.retentionDays ?? 0;
    return days === 0 || one.at > clock.now() - days * DAY;
  };

  return {
    all: archives,
    find: (arn: string) => archives.find((one) => one.arn === arn),
    keep({ bus, event }: Arrival): void {
      if (event['replay-name'] !== undefined) return;
      for (const { name } of archives.filter((one) => one.bus === bus && one.matches(asJson(event))))
        journal.put('archive', `${name}/${event.id}`, { archive: name, at: clock.now(), event: asJson(event) });
    },
    /** The events of an archive that happened in `[from, until)`, in milliseconds, oldest first. */
    between(archiveName: string, from: number, until: number): readonly BusEvent[] {
      return [...journal.all('archive')]
        .map(([, value]) => record.parse(value))
        .filter((one) => one.archive === archiveName && isKept(one))
        .filter(({ event }) => Date.parse(event.time) >= from && Date.parse(event.time) < until)
        .sort((a, b) => Date.parse(a.event.time) - Date.parse(b.event.time) || a.at - b.at)
        .map(({ event }) => event);
    },
    /** Drops what is older than an archive's retention. */
    prune(): void {
      for (const [id, value] of journal.all('archive')) if (!isKept(record.parse(value))) journal.remove('archive', id);
    },
  };
};
export type Archives = ReturnType<typeof createArchives>;
