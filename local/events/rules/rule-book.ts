import * as z from 'zod';
import type { World } from '../../world.ts';
import { declared, jsonObject, lastPart } from '../operation.ts';
import { compileRule, type Declared, type Rule, ruleShape } from './rule.ts';

const KIND = 'rule';
const record = z.object({ name: z.string(), given: jsonObject });

/**
 * The rules of the template, and what was put, changed and deleted since (journalled, kind `rule`; `null` where one of the template
 * was deleted). Throws at start on a rule that is not supported.
 */
export const createRuleBook = ({ stack, journal }: World) => {
  const rules = new Map<string, { readonly rule: Rule; readonly declared: Declared }>();
  const isDeclared = new Set<string>();
  let all: readonly Rule[] = [];

  const take = (one: Declared): Rule => {
    const rule = compileRule(one, ruleShape.parse(one.given));
    rules.set(one.arn, { rule, declared: one });
    return rule;
  };
  const changed = (): void => void (all = [...rules.values()].map(({ rule }) => rule));

  for (const { resource } of declared(stack, 'AWS::Events::Rule', ruleShape)) {
    isDeclared.add(resource.arn);
    take({ arn: resource.arn, name: lastPart(resource.arn), given: resource.properties });
  }
  for (const [arn, value] of journal.all(KIND)) {
    if (value === null) rules.delete(arn);
    else take({ arn, ...record.parse(value) });
  }
  changed();

  return {
    all: (): readonly Rule[] => all,
    byArn: (arn: string): Rule | undefined => rules.get(arn)?.rule,
    find: (name: string, bus: string): Rule | undefined =>
      all.find((one) => one.name === name && one.bus === lastPart(bus)),
    declared: (arn: string): Declared | undefined => rules.get(arn)?.declared,
    /** Safe once `journal.durable()` has resolved, as is `remove`. */
    put(one: Declared): Rule {
      const rule = take(one);
      journal.put(KIND, one.arn, { name: one.name, given: one.given });
      changed();
      return rule;
    },
    remove(arn: string): void {
      rules.delete(arn);
      if (isDeclared.has(arn)) journal.put(KIND, arn, null);
      else journal.remove(KIND, arn);
      changed();
    },
  };
};
export type RuleBook = ReturnType<typeof createRuleBook>;
