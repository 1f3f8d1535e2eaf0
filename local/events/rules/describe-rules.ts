import * as z from 'zod';
import { AwsError, type Service } from '../../world.ts';
import { lastPart, operation } from '../operation.ts';
import type { Rule } from './rule.ts';
import type { RuleBook } from './rule-book.ts';

const listed = z.object({ EventBusName: z.string().default('default'), NamePrefix: z.string().default('') });
const ofRule = z.object({ Name: z.string(), EventBusName: z.string().default('default') });
const ofTargets = z.object({ Rule: z.string(), EventBusName: z.string().default('default') });

/** The rules as the console and the CLI ask for them. */
export const describeRules = (book: RuleBook): Service['operations'] => {
  const ruleOf = (name: string, bus: string): Rule => {
    const found = book.find(name, bus);
    if (found !== undefined) return found;
    throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${lastPart(bus)}.`);
  };
  return {
    ListRules: operation(listed, async ({ EventBusName, NamePrefix }, caller) => {
      caller.require('events:ListRules', '*');
      const hit = book.all().filter((one) => one.bus === lastPart(EventBusName) && one.name.startsWith(NamePrefix));
      return { Rules: hit.map((one) => one.description) };
    }),
    DescribeRule: operation(ofRule, async ({ Name, EventBusName }, caller) => {
      const found = ruleOf(Name, EventBusName);
      caller.require('events:DescribeRule', found.arn);
      return found.description;
    }),
    ListTargetsByRule: operation(ofTargets, async ({ Rule: name, EventBusName }, caller) => {
      const found = ruleOf(name, EventBusName);
      caller.require('events:ListTargetsByRule', found.arn);
      return { Targets: found.targets.map(({ description }) => description) };
    }),
  };
};
