import * as z from 'zod';
import { AwsError, type JsonObject, type Operation, type World } from '../../world.ts';
import { json, lastPart, operation } from '../operation.ts';

const KIND = 'event-bus';
export type NamedBus = { readonly name: string; readonly arn: string };

export const busArn = ({ stack }: Pick<World, 'stack'>, bus: string): string =>
  `arn:aws:events:${stack.region}:${stack.account}:event-bus/${bus}`;

const asked = z.object({
  Name: z.string().regex(/^[\w./-]{1,256}$/),
  Description: z.string().optional(),
  Tags: json.optional(),
});
const named = z.object({ Name: z.string().default('default') });

/** The default bus, those of the template, and those made at run time (journalled, kind `event-bus`). */
export const createBuses = (world: World) => {
  const { stack, journal } = world;
  const buses = new Map<string, string>([
    ['default', busArn(world, 'default')],
    ...stack.all('AWS::Events::EventBus').map(({ arn }) => [lastPart(arn), arn] as const),
    ...[...journal.all(KIND)].map(([name]) => [name, busArn(world, name)] as const),
  ]);
  const find = (reference: string): NamedBus | undefined => {
    const name = lastPart(reference);
    const arn = buses.get(name);
    return arn === undefined ? undefined : { name, arn };
  };
  const existing = (reference: string): NamedBus => {
    const found = find(reference);
    if (found !== undefined) return found;
    throw new AwsError('ResourceNotFoundException', `Event bus ${lastPart(reference)} does not exist.`);
  };

  const operations: Readonly<Record<string, Operation>> = {
    CreateEventBus: operation(asked, async ({ Name }, caller) => {
      caller.require('events:CreateEventBus', busArn(world, Name));
      if (buses.has(Name)) throw new AwsError('ResourceAlreadyExistsException', `Event bus ${Name} already exists.`);
      buses.set(Name, busArn(world, Name));
      journal.put(KIND, Name, {});
      await journal.durable();
      return { EventBusArn: busArn(world, Name) };
    }),
    ListEventBuses: operation(z.object({ NamePrefix: z.string().default('') }), async ({ NamePrefix }, caller) => {
      caller.require('events:ListEventBuses', '*');
      return { EventBuses: [...buses].filter(([name]) => name.startsWith(NamePrefix)).map(busOf) };
    }),
    DescribeEventBus: operation(named, async ({ Name }, caller) => {
      const { name, arn } = existing(Name);
      caller.require('events:DescribeEventBus', arn);
      return busOf([name, arn]);
    }),
  };
  return { find, existing, operations };
};
export type Buses = ReturnType<typeof createBuses>;

const busOf = ([name, arn]: readonly [string, string]): JsonObject => ({ Name: name, Arn: arn });
