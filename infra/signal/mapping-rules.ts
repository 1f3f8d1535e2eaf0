import { EventBus, EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { DeadLetterQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Mapping } from '../../mappings/index.ts';

export type MappingRulesProps = {
  readonly mappings: readonly Mapping[];
  /** Our own bus: whatever is on it is taken for a signal already. */
  readonly ownBus: string;
  readonly signals: Queue;
  readonly dead: DeadLetterQueue;
};

/**
 * One rule for each mapping, on the bus its events arrive on. It hands the event to the signals queue with the mapping's name, so
 * that EventBridge alone decides which mapping an event is for; `ingest-signal` has the expressions.
 */
export class MappingRules extends Construct {
  constructor(scope: Construct, id: string, { mappings, ownBus, signals, dead }: MappingRulesProps) {
    super(scope, id);
    for (const { name, bus, pattern } of mappings) {
      if (bus === ownBus)
        throw new Error(
          `mappings/${name}.yaml: everything on the bus ${bus} is a signal already; let these events arrive on another.`,
        );
      const rule = new Rule(this, idOf(name), {
        description: `Events for the mapping ${name} go to the signals queue.`,
        ...(bus !== 'default' && { eventBus: EventBus.fromEventBusName(this, `${idOf(name)}Bus`, bus) }),
        targets: [
          new SqsQueue(signals, {
            deadLetterQueue: dead.queue,
            message: RuleTargetInput.fromObject({ mapping: name, event: EventField.fromPath('$') }),
          }),
        ],
      });
      rule.addEventPattern(pattern);
    }
  }
}

/** `ShopifyOrders` of `shopify-orders`. */
const idOf = (name: string): string =>
  name.replaceAll(/(?:^|[^a-zA-Z0-9]+)(\w)/g, (_, letter: string) => letter.toUpperCase());

/** What `ingest-signal` reads: the expressions by name. */
export const mappingsFile = (mappings: readonly Mapping[]): string =>
  JSON.stringify(Object.fromEntries(mappings.map(({ name, signal }) => [name, signal])));
