import * as z from 'zod';
import { requireTrust } from '../../iam/policies/trust-policies.ts';
import { AwsError, type Caller, type JsonObject, type Operation, type Stack, type World } from '../../world.ts';
import type { Buses } from '../bus/buses.ts';
import { MOST_TARGETS } from '../limits.ts';
import { jsonObject, lastPart, operation } from '../operation.ts';
import { compilePattern } from '../pattern/compile-pattern.ts';
import { scheduleExpression } from '../schedule/schedule-expression.ts';
import { type Rule, ruleShape, targetShape } from './rule.ts';
import type { RuleBook } from './rule-book.ts';

const bus = z.string().default('default');
const put = ruleShape.omit({ Targets: true }).extend({ Name: z.string().regex(/^[\w.-]{1,64}$/) });
const ofRule = z.object({ Name: z.string(), EventBusName: bus, Force: z.boolean().optional() });
const putTargets = z.object({ Rule: z.string(), EventBusName: bus, Targets: z.array(jsonObject).min(1) });
const removeTargets = z.object({ Rule: z.string(), EventBusName: bus, Ids: z.array(z.string()).min(1) });

export type RuleParts = {
  readonly world: World;
  readonly buses: Buses;
  readonly book: RuleBook;
  /** Hears that a rule was put, changed or removed. */
  readonly changed: (arn: string) => void;
};

/** PutRule, DeleteRule, EnableRule, DisableRule, PutTargets and RemoveTargets, answered when they are on disk. */
export const changeRules = ({ world, buses, book, changed }: RuleParts): Readonly<Record<string, Operation>> => {
  const existing = (name: string, busName: string): Rule => {
    const found = book.find(name, busName);
    if (found !== undefined) return found;
    throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${lastPart(busName)}.`);
  };
  const kept = async (rule: Pick<Rule, 'name' | 'arn'>, given: JsonObject): Promise<Rule> => {
    const made = book.put({ arn: rule.arn, name: rule.name, given });
    changed(rule.arn);
    await world.journal.durable();
    return made;
  };
  const givenOf = ({ arn }: Rule): JsonObject => book.declared(arn)?.given ?? {};

  const turned = (action: string, State: 'ENABLED' | 'DISABLED') =>
    operation(ofRule, async ({ Name, EventBusName }, caller) => {
      const rule = existing(Name, EventBusName);
      caller.require(`events:${action}`, rule.arn);
      await kept(rule, { ...givenOf(rule), State });
      return {};
    });

  return {
    PutRule: (given, caller) =>
      operation(put, async ({ Name, EventBusName, ...asked }) => {
        checkRule({ ...asked, EventBusName });
        const busName = buses.existing(EventBusName).name;
        const arn = ruleArn(world, busName, Name);
        caller.require('events:PutRule', arn);
        const before = book.find(Name, busName);
        const Targets = before === undefined ? [] : targetsOf(before);
        const rule = await kept({ name: Name, arn: before?.arn ?? arn }, { ...given, EventBusName: busName, Targets });
        return { RuleArn: rule.arn };
      })(given, caller),
    DeleteRule: operation(ofRule, async ({ Name, EventBusName }, caller) => {
      const rule = book.find(Name, EventBusName);
      // AWS takes it for done when there is no such rule.
      if (rule === undefined) return {};
      caller.require('events:DeleteRule', rule.arn);
      if (rule.targets.length > 0)
        throw new AwsError('ValidationException', "Rule can't be deleted since it has targets.");
      book.remove(rule.arn);
      changed(rule.arn);
      await world.journal.durable();
      return {};
    }),
    EnableRule: turned('EnableRule', 'ENABLED'),
    DisableRule: turned('DisableRule', 'DISABLED'),
    PutTargets: operation(putTargets, async ({ Rule: name, EventBusName, Targets }, caller) => {
      const rule = existing(name, EventBusName);
      caller.require('events:PutTargets', rule.arn);
      checkTargets(Targets, { caller, rule, stack: world.stack });
      const ids = new Set(Targets.map((one) => one['Id']));
      const all = [...targetsOf(rule).filter((one) => !ids.has(one['Id'] ?? '')), ...Targets];
      if (all.length > MOST_TARGETS)
        throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
      await kept(rule, { ...givenOf(rule), Targets: all });
      return { FailedEntryCount: 0, FailedEntries: [] };
    }),
    RemoveTargets: operation(removeTargets, async ({ Rule: name, EventBusName, Ids }, caller) => {
      const rule = existing(name, EventBusName);
      caller.require('events:RemoveTargets', rule.arn);
      const all = targetsOf(rule).filter((one) => !Ids.includes(String(one['Id'])));
      await kept(rule, { ...givenOf(rule), Targets: all });
      return { FailedEntryCount: 0, FailedEntries: [] };
    }),
  };
};

const targetsOf = (rule: Rule): readonly JsonObject[] => rule.targets.map(({ description }) => description);

const ruleArn = ({ stack }: World, busName: string, name: string): string =>
  `arn:aws:events:${stack.region}:${stack.account}:rule/${busName === 'default' ? '' : `${busName}/`}${name}`;

type Asked = Pick<z.output<typeof ruleShape>, 'EventBusName' | 'EventPattern' | 'ScheduleExpression'>;

const checkRule = ({ EventBusName, EventPattern, ScheduleExpression }: Asked): void => {
  if (EventPattern === undefined && ScheduleExpression === undefined)
    throw refuse('Parameter(s) EventPattern or ScheduleExpression must be specified.');
  if (EventPattern !== undefined) compilePattern(EventPattern);
  if (ScheduleExpression === undefined) return;
  if (lastPart(EventBusName) !== 'default')
    throw refuse('ScheduleExpression is supported only on the default event bus.');
  if (!isRuleSchedule(ScheduleExpression)) throw refuse('Parameter ScheduleExpression is not valid.');
};

const refuse = (message: string): AwsError => new AwsError('ValidationException', message);

/** Rules know no `at`, and say `1 minute` but `2 minutes`. */
const isRuleSchedule = (expression: string): boolean => {
  if (!/^(cron\(.*\)|rate\((1 (minute|hour|day)|(?!1 )\d+ (minutes|hours|days))\))$/.test(expression)) return false;
  try {
    scheduleExpression(expression, 'UTC', 0);
    return true;
  } catch {
    return false;
  }
};

type Putting = { readonly caller: Caller; readonly rule: Rule; readonly stack: Stack };

const checkTargets = (targets: readonly JsonObject[], { caller, rule, stack }: Putting): void => {
  for (const given of targets) {
    const parsed = targetShape.safeParse(given);
    if (!parsed.success) throw new AwsError('ValidationException', z.prettifyError(parsed.error));
    const role = parsed.data.RoleArn;
    if (role === undefined) continue;
    caller.require('iam:PassRole', role, { 'iam:PassedToService': 'events.amazonaws.com' });
    requireTrust(stack, { service: 'events', role, sourceArn: rule.arn });
  }
};
