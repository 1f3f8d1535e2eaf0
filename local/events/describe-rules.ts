import * as z from 'zod';
import { AwsError, type JsonObject, type Service } from '../world.ts';
import { lastPart, operation } from './operation.ts';
import type { Rule } from './rules.ts';

const listed = z.object({ EventBusName: z.string().default('default'), NamePrefix: z.string().default('') });
const ofRule = z.object({ Name: z.string(), EventBusName: z.string().default('default') });
const ofTargets = z.object({ Rule: z.string(), EventBusName: z.string().default('default') });

/** What the template declares, as the console and the CLI ask for it. */
export const describeRules = (buses: ReadonlyMap<string, string>, rules: readonly Rule[]): Service['operations'] => {
  const ruleOf = (name: string, bus: string): Rule => {
    const found = rules.find((one) => one.name === name && one.bus === lastPart(bus));
    if (found === undefined)
      throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${lastPart(bus)}.`);
    return found;
  };
  return {
    ListRules: operation(listed, async ({ EventBusName, NamePrefix }, caller) => {
      caller.require('events:ListRules', '*');
      const hit = rules.filter((one) => one.bus === lastPart(EventBusName) && one.name.startsWith(NamePrefix));
      return { Rules: hit.map((one) => one.description) };
    }),
    DescribeRule: operation(ofRule, async ({ Name, EventBusName }, caller) => {
      const found = ruleOf(Name, EventBusName);
      caller.require('events:DescribeRule', found.arn);
      return found.description;
    }),
    ListTargetsByRule: operation(ofTargets, async ({ Rule, EventBusName }, caller) => {
      const found = ruleOf(Rule, EventBusName);
      caller.require('events:ListTargetsByRule', found.arn);
      return { Targets: found.targets.map(({ id, arn }) => ({ Id: id, Arn: arn })) };
    }),
    ListEventBuses: operation(z.object({ NamePrefix: z.string().default('') }), async ({ NamePrefix }, caller) => {
      caller.require('events:ListEventBuses', '*');
      return { EventBuses: [...buses].filter(([name]) => name.startsWith(NamePrefix)).map(busOf) };
    }),
    DescribeEventBus: operation(z.object({ Name: z.string().default('default') }), async ({ Name }, caller) => {
      const arn = buses.get(lastPart(Name));
      if (arn === undefined) throw new AwsError('ResourceNotFoundException', `Event bus ${Name} does not exist.`);
      caller.require('events:DescribeEventBus', arn);
      return busOf([lastPart(Name), arn]);
    }),
  };
};

const busOf = ([name, arn]: readonly [string, string]): JsonObject => ({ Name: name, Arn: arn });
