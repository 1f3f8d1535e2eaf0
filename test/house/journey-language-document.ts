import { FUNCTIONS } from '#core/expression';

/** A piece of JSON Schema, as far as the document reads it. */
type Schema = {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
  readonly $defs?: Readonly<Record<string, Schema>>;
};

const code = (text: string): string => `\`${text}\``;
const list = (schema: Schema): string => (schema.items === undefined ? 'list' : `list of ${typeOf(schema.items)}`);

const plain: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  boolean: 'yes or no',
  null: 'nothing',
};

const isComputed = ({ properties }: Schema): boolean =>
  properties !== undefined && Object.keys(properties).join(',') === 'from';

const typeOf = (schema: Schema): string => {
  if (schema.$ref !== undefined) return 'steps';
  if (schema.const !== undefined) return code(String(schema.const));
  if (schema.enum !== undefined) return schema.enum.map((each) => code(String(each))).join(', ');
  if (schema.anyOf?.some(isComputed) === true) return 'values';
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeOf))].join(' or ');
  if (schema.type === 'array') return list(schema);
  if (schema.properties !== undefined) return 'fields';
  if (typeof schema.additionalProperties === 'object') return `${typeOf(schema.additionalProperties)} by name`;
  const type = String(schema.type);
  return plain[type] ?? type;
};

type Row = readonly [field: string, type: string, words: string];

const isOne = (schema: Schema): boolean => schema.properties !== undefined;

const wordsOf = (schema: Schema, isRequired: boolean): string => {
  const hasDefault = schema.default !== undefined && typeof schema.default !== 'object';
  return `${isRequired ? '**Needed.** ' : ''}${schema.description ?? ''}${hasDefault ? ` Else ${code(String(schema.default))}.` : ''}`;
};

const rowsOf = (schema: Schema, above = ''): readonly Row[] =>
  Object.entries(schema.properties ?? {}).flatMap(([name, field]): readonly Row[] => {
    const isRequired = schema.required?.includes(name) ?? false;
    const row: Row = [code(`${above}${name}`), typeOf(field), wordsOf(field, isRequired)];
    const item = field.type === 'array' && field.items !== undefined && isOne(field.items) ? field.items : undefined;
    if (item !== undefined) return [row, ...rowsOf(item, `${above}${name}[].`)];
    return isOne(field) ? [row, ...rowsOf(field, `${above}${name}.`)] : [row];
  });

const table = (rows: readonly Row[]): string =>
  [['field', 'what it is', 'what it says'], ['---', '---', '---'], ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');

const yaml = (text: string): string => `\`\`\`yaml\n${text.trim()}\n\`\`\``;

/** A whole journey: what a newcomer sees first. */
export const wholeJourney = `
# yaml-language-server: $schema=../../docs/journey.schema.json
name: trial-ending
description: Two days before a trial ends, a word by email; on its last morning, a text to whoever has not chosen.
triggers:
  - { signal: Trial Started }
exit:
  - { on: Subscription Started }
goals:
  - { on: Subscription Started, within: 30 days, value: event.properties.revenue }
topic: promotions
window: { from: "08:00", to: "20:00", zone: customer }
steps:
  - wait: until trial_ends_at - 2 days
    otherwise:
      - end: no date
  - id: notice
    send: { message: hello, channels: [email] }
  - wait: until trial_ends_at at 09:00
  - send: { message: hello, channels: preferred, among: [sms, push] }
`;

/** An example for every kind of trigger and step, by the key that tells it; checked as they stand. */
export const examples = {
  triggers: {
    signal: `- { signal: [Product Added, Checkout Started], key: properties.product_id, where: event.properties.price > 50 }`,
    segment: `- { segment: vip, on: entered }`,
    schedule: `- { schedule: "cron(0 9 ? * MON *)", zone: Europe/Paris, segment: subscribers }`,
    api: `- { api: true, key: properties.ticket }`,
    journey: `- { journey: welcome }`,
  },
  steps: {
    wait: `
- wait: 4 hours
- wait: until 09:00                    # the next time it is nine there
- wait: until Monday at 09:00
- wait: until entry + 3 days at 18:00  # counted in days of the calendar
- wait: until best time                # the trait best_hour, 0 to 23
- wait: until renewal - 2 days         # a date among the traits
  otherwise:
    - end: no renewal`,
    send: `
- send: { message: hello, channels: [email, sms], expires: 12 hours, otherwise: end }
- send: { message: hello, channels: preferred, among: [sms, push], topic: service }`,
    waitFor: `
- id: offer
  send: { message: hello, channels: [email, sms] }
- id: answer
  waitFor:
    clicked: offer
    replied: { reply: offer }
    bought: { on: Order Completed, where: event.properties.total > 20 }
    upgraded: { when: profile.traits.plan = "pro" }
  within: 3 days
  then:
    bought:
      - end: bought
    timeout:
      - send: { message: hello, channels: [push] }`,
    branch: `
- branch:
    - when: profile.orders.count > 3
      then:
        - send: { message: hello, channels: [email] }
    - when: seen.\`Product Viewed\` > 1 and profile.cart.items > 0
      then:
        - wait: 1 day
  otherwise:
    - end: nothing to say`,
    split: `
- id: subject
  split:
    - { arm: short, percent: 45, then: [{ send: { message: hello, channels: [email] } }] }
    - { arm: long, percent: 45, then: [{ send: { message: hello, channels: [email] } }] }
    - { arm: none, percent: 10 }`,
    decide: `
- id: remedy
  decide:
    - { option: call, when: profile.orders.value > 500, then: [{ wait: 1 hour }] }
    - { option: voucher, when: profile.orders.count > 1 }
  otherwise:
    - end: no remedy`,
    update: `- update: { lifecycle: lapsed, lapsed_orders: { from: profile.orders.count } }`,
    emit: `- emit: { event: Loyalty Card Sent, properties: { level: gold, orders: { from: profile.orders.count } } }`,
    task: `
- id: call
  task:
    to: support
    title: Call about the complaint
    shows: { orders: { from: profile.orders.count } }
    outcomes: [reached, voicemail]
    due: 2 days
  then:
    reached:
      - end: reached`,
    webhook: `- webhook: { url: "https://erp.shop.example/returns", body: { customer: { from: profile.userId } }, otherwise: continue }`,
    start: `
- start: { journey: welcome, properties: { plan: pro }, wait: true, within: 14 days }
  then:
    timeout:
      - end: too slow`,
    repeat: `
- repeat:
    every: 1 day
    times: 3
    until: profile.traits.profile_complete = true
    steps:
      - send: { message: hello, channels: [push] }`,
    goto: `
- branch:
    - when: profile.orders.count > 0
      then:
        - goto: thanks
- wait: 1 day
- id: thanks
  send: { message: hello, channels: [email] }`,
    end: `- end: enough said`,
  },
} as const;

const kindOf = (option: Schema): string => option.required?.[0] ?? '';

/** The kinds of things a step can wait for, where it does. */
const awaitedTables = ({ properties = {} }: Schema): readonly string[] => {
  const awaited = properties['waitFor']?.additionalProperties;
  const options = typeof awaited === 'object' ? (awaited.anyOf ?? []) : [];
  const [click, ...others] = options;
  if (click === undefined) return [];
  const first = `What is waited for is the id of a step, or one of these fields. The id: ${click.description}`;
  return [
    first,
    ...others.map((option) => `**${kindOf(option)}** ${option.description ?? ''}\n\n${table(rowsOf(option))}`),
  ];
};

const sections = (options: readonly Schema[], of: Readonly<Record<string, string>>): string =>
  options
    .map((option) => {
      const kind = kindOf(option);
      const example = of[kind];
      return [
        `### ${kind}`,
        option.description ?? '',
        table(rowsOf(option)),
        ...awaitedTables(option),
        ...(example === undefined ? [] : [yaml(example)]),
      ].join('\n\n');
    })
    .join('\n\n');

const beginning = `# The journey language

A journey is a file: \`journey.yaml\` in a folder of [state-machines](../state-machines), next to its \`messages/\`. What it may
say is one schema, [core/journey/document](../core/journey/document), and this page is made from it; a test compares them and
checks every example below. \`npx vitest -u test/house\` writes it anew, with
[journey.schema.json](journey.schema.json) and [the journeys that ship](journeys.md).

An editor that knows YAML completes and explains every field once the file begins with

\`\`\`yaml
# yaml-language-server: $schema=../../docs/journey.schema.json
\`\`\`

\`npm run compile\` checks a journey, says what is wrong and where, and prints what is certain of every run.`;

const conditions = `## Conditions

Conditions are [JSONata](https://docs.jsonata.org), in the part that Step Functions understands, too. One holds when it gives
\`true\`; where data does not fit it (a text compared with a number), it does not hold, and nobody is stuck. It may read:

| root | what it is | where |
| --- | --- | --- |
| \`profile\` | the customer now: \`userId\`, \`email\`, \`phone\`, \`firstName\`, \`timezone\`, \`prefers\`, \`devices\`, \`traits.…\`, \`consent.<channel>.<topic>\`, \`consentStatus.<channel>.<topic>\`, \`cart.{id, items, value, currency, products}\`, \`orders.{count, value, lastAt}\`, \`seen.<Event>.{count, firstAt, lastAt}\`, \`stage\`, \`rfm.{recency, frequency, monetary}\`, \`windows.{orders, spent, visits}.{hours24, days7, days30, days90}\`, \`satisfaction.{csat, nps, ces, rating}\` and \`sentiment\` (\`.{count, last, average, lastAt}\`), \`complaint.{open, count, since}\`, \`browsing.{products, categories}\`, \`engagement.<channel>.{delivered, opened, clicked, replied}\` | everywhere |
| \`event\` | what just happened: \`name\`, \`messageId\`, \`timestamp\`, \`properties.…\` | \`where\`, \`value\` |
| \`entry\` | what the run began with: \`event\`, \`messageId\`, \`timestamp\`, \`properties.…\` | all but triggers and \`exit.when\` |
| \`seen\` | how often an event came since entry: \`seen.\\\`Order Completed\\\`\` | steps, \`exit.where\` |
| \`steps\` | what became of steps before: see below | steps, \`exit.where\` |

Of a send: \`steps.<id>.{status, reason, channel, at}\`, and \`delivered\`, \`opened\`, \`clicked\`, \`replied\` (when it came back, in ms).
Of a \`waitFor\`: \`status\`, \`outcome\` (the winner, or \`timeout\`), \`event\`, \`response\`. Of a task with outcomes and of a
\`start\` that waits: \`status\` (\`done\` once it is asked), \`at\`, and with the answer \`outcome\`, \`event\`, \`response\`. Of a \`split\`: \`arm\`. Of a \`decide\`:
\`option\`, \`reason\`. Of a \`repeat\`: \`round\`. Of what is done outside: \`status\`, \`at\`.

The functions are ${[...FUNCTIONS.keys()].map((name) => code(`$${name}`)).join(', ')}. The operators are
\`= != < <= > >= in and or + - * / % & ? :\`, predicates in square brackets, and \`$\` for the item in them. There is no clock, no
chance, no function of your own. An evaluation that would look at more than 200,000 items stops and does not hold.

A value is written as it stands (\`gold\`, \`3\`, \`[a, b]\`) or computed: \`{ from: profile.orders.count }\`.`;

const checker = `## What the checker says

Mistakes refuse the journey, warnings are printed. Each has a place and a proposal:

\`\`\`
state-machines/cart-abandonment/journey.yaml:18:13
  There is no message \`cart-remnder\`. Did you mean \`cart-reminder\`?
\`\`\`

**Mistakes**: unknown fields, kinds, names and ids; steps never reached; conditions that can never hold, or read what is not
there or comes later; variables of messages that nothing provides; a click awaited of what is no email, a reply of what is no
text; waits of no time or of more than a year, alone or along the longest way; a repeat in a repeat; a \`goto\` back, or into or out
of a repeat; shares that do not add up to 100; arms of \`then\` that nothing can win; a journey started that does not name this one.

**Warnings**: a text message with no \`window\`; a key or \`same\` that the events do not carry by the Segment Spec; event names one
letter off; conditions that always hold; a window that is shut for longer than a message is held; a repeat of one round.

## What is certain of every run

The compiler prints the longest time a run can take (with every hold, without dates that only the customer's data knows), the most messages
it can send, in all and within any 24 hours, the states it enters, and what 1,000 customers cost at most at the list prices of
[prices.ts](../core/journey/proofs/prices.ts), without free tiers. An SMS counts as one part.`;

/** `docs/journey-language.md`, from the schema. */
export const journeyLanguageDocument = (schema: Schema): string => {
  const { triggers, steps, ...fields } = schema.properties ?? {};
  const stepOptions = Object.values(schema.$defs ?? {}).flatMap(({ items }) => items?.anyOf ?? []);
  const whole = {
    ...schema,
    properties: { ...fields, triggers: { ...triggers, items: { type: 'triggers' } }, steps: steps ?? {} },
  };
  const exits = fields['exit']?.items?.anyOf ?? [];
  return `${[
    beginning,
    `## A journey\n\n${yaml(wholeJourney)}`,
    `## Its fields\n\n${table(rowsOf(whole))}`,
    `An exit is one of two:\n\n${exits.map((exit) => `**${kindOf(exit)}** ${exit.description ?? ''}\n\n${table(rowsOf(exit))}`).join('\n\n')}`,
    `## Triggers\n\n${sections(triggers?.items?.anyOf ?? [], examples.triggers)}`,
    `## Steps\n\nEvery step but \`goto\` may have an \`id\`; a step is one thing, told by its key.\n\n${sections(stepOptions, examples.steps)}`,
    conditions,
    checker,
  ].join('\n\n')}\n`;
};
