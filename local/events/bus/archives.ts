import * as z from 'zod';
import type { World } from '../../world.ts';
import { count, declared, json, lastPart } from '../operation.ts';
import { compilePattern } from '../pattern/compile-pattern.ts';
import type { Arrival } from './bus.ts';
import { asJson, busEvent, type BusEvent } from './event.ts';

const MADE = 'made-archive';

export const archiveShape = z.strictObject({
  ArchiveName: z.string().optional(),
  Description: z.string().optional(),
  EventPattern: json.optional(),
  KmsKeyIdentifier: z.string().optional(),
  /** 0 keeps events for ever. */
  RetentionDays: count.min(0).default(0),
  SourceArn: z.string(),
});
export type ArchiveShape = z.output<typeof archiveShape>;
const record = z.object({ archive: z.string(), at: z.number(), event: busEvent });
const made = z.object({ shape: archiveShape, createdAt: z.number() });

const DAY = 86_400_000;

/** The archives of the template and those made at run time: every event that passes a bus and fits, kept in the journal. */
export const createArchives = ({ stack, clock, journal }: World) => {
  const arnOf = (name: string) => `arn:aws:events:${stack.region}:${stack.account}:archive/${name}`;
  const archives = new Map(
    declared(stack, 'AWS::Events::Archive', archiveShape).map(({ resource, properties }) => {
      const name = lastPart(resource.arn);
      return [name, compiled({ name, arn: resource.arn, shape: properties, createdAt: clock.now() })] as const;
    }),
  );
  for (const [name, value] of journal.all(MADE))
    archives.set(name, compiled({ name, arn: arnOf(name), ...made.parse(value) }));

  const isKept = (one: z.output<typeof record>): boolean => {
    const days = archives.get(one.archive)?.shape.RetentionDays ?? 0;
    return days === 0 || one.at > clock.now() - days * DAY;
  };
  const held = (name: string) =>
    [...journal.all('archive')]
      .map(([id, value]) => ({ id, ...record.parse(value) }))
      .filter((one) => one.archive === name && isKept(one));

  return {
    all: () => [...archives.values()],
    find: (reference: string) => archives.get(lastPart(reference)),
    held,
    /** Safe once `journal.durable()` has resolved, as is `remove`. Throws on a pattern that is none. */
    make(name: string, shape: ArchiveShape) {
      const one = compiled({ name, arn: arnOf(name), shape, createdAt: clock.now() });
      archives.set(name, one);
      journal.put(MADE, name, JSON.parse(JSON.stringify({ shape, createdAt: one.createdAt })));
      return one;
    },
    remove(name: string): void {
      archives.delete(name);
      journal.remove(MADE, name);
      for (const { id } of held(name)) journal.remove('archive', id);
    },
    keep({ bus, event }: Arrival): void {
      if (event['replay-name'] !== undefined) return;
      for (const { name, ...one } of archives.values())
        if (one.bus === bus && one.matches(asJson(event)))
          journal.put('archive', `${name}/${event.id}`, { archive: name, at: clock.now(), event: asJson(event) });
    },
    /** The events of an archive that happened in `[from, until)`, in milliseconds, oldest first. */
    between(archiveName: string, from: number, until: number): readonly BusEvent[] {
      return held(archiveName)
        .filter(({ event }) => Date.parse(event.time) >= from && Date.parse(event.time) < until)
        .sort((a, b) => Date.parse(a.event.time) - Date.parse(b.event.time) || a.at - b.at)
        .map(({ event }) => event);
    },
    /** Drops what is older than an archive's retention. Events are in the order they were kept: after a young one come younger ones. */
    prune(): void {
      const open = new Set(
        [...archives.values()].filter(({ shape }) => shape.RetentionDays > 0).map(({ name }) => name),
      );
      if (open.size === 0) return;
      for (const [id, value] of journal.all('archive')) {
        const one = record.parse(value);
        if (!isKept(one)) journal.remove('archive', id);
        else open.delete(one.archive);
        if (open.size === 0) return;
      }
    },
  };
};
export type Archives = ReturnType<typeof createArchives>;

type Made = { readonly name: string; readonly arn: string; readonly shape: ArchiveShape; readonly createdAt: number };

const compiled = (one: Made) => ({
  ...one,
  source: one.shape.SourceArn,
  bus: lastPart(one.shape.SourceArn),
  matches: one.shape.EventPattern === undefined ? () => true : compilePattern(one.shape.EventPattern),
});
export type Archive = ReturnType<typeof compiled>;
