import fc from 'fast-check';

/** A journey as an author may write it, not yet read. */
export type Draft = { [field: string]: unknown };
type Steps = readonly Draft[];

const email = { message: 'hello', channels: ['email'] };
const text = { message: 'short', channels: 'preferred', among: ['sms', 'push'] };

const spans = fc.constantFrom('1 minute', '5 minutes', '1 hour', '4 hours', '1 day', '3 days');
const instants = fc.constantFrom(
  'until 09:00',
  'until Friday at 10:30',
  'until entry + 2 days at 18:00',
  'until trial_ends_at - 1 day',
  'until trial_ends_at at 08:00',
  'until entry.properties.ships_on',
  'until best time',
);
const conditions = fc.constantFrom(
  'profile.orders.count > 0',
  'profile.cart.items > 1',
  'profile.prefers = "sms"',
  'profile.traits.plan = "gold"',
  'seen.`Product Viewed` > 1',
  'entry.properties.size = "large"',
  'steps.SEND.status = "sent"',
  'steps.SEND.clicked > 0',
  'steps.SEND.channel = "email"',
  'steps.WAIT.outcome = "timeout"',
  'steps.WAIT.status = "heard"',
  'steps.WAIT.event.properties.product_id = "p-1"',
  'steps.TASK.status = "done"',
  'steps.TASK.outcome = "yes"',
);
const values = fc.constantFrom<unknown>(1, 'gold', { from: 'profile.orders.count' }, { from: 'steps.SEND.channel' });
const ends = fc.constantFrom('done', 'enough', 'left');
const rarely = <T>(what: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: what });
const failure = fc.constantFrom('continue', 'continue', 'continue', 'end');

const given = (fields: Draft): Draft => Object.fromEntries(Object.entries(fields).filter(([, each]) => each !== null));

const sends = fc
  .record({ send: fc.constantFrom(email, text), otherwise: failure, expires: fc.option(fc.constant('12 hours')) })
  .map(({ send, ...more }): Draft => ({ send: { ...send, ...given(more) } }));

const acts = fc.oneof(
  values.map((plan): Draft => ({ update: { plan } })),
  fc
    .record({ event: fc.constantFrom('Pinged', 'Product Viewed'), n: values })
    .map(({ event, n }): Draft => ({ emit: { event, properties: { n } } })),
  fc.constant<Draft>({
    task: { to: 'support', title: 'Look at it', shows: { plan: { from: 'profile.traits.plan' } } },
  }),
  // An address no journey may reach: it fails at once, and nothing depends on it.
  fc.constant<Draft>({ webhook: { url: 'https://127.0.0.1/hook', body: { a: 1 } } }),
  fc.constant<Draft>({ start: { journey: 'CHILD' } }),
);

/** Every kind of step. @param inRepeat no repeat is inside another */
const steps = (depth: number, inRepeat = false): fc.Arbitrary<Draft[]> => {
  const arm = depth === 0 ? fc.constant(null) : fc.option(steps(depth - 1, inRepeat), { freq: 2 });
  const composite: fc.Arbitrary<Draft>[] =
    depth === 0
      ? []
      : [
          fc
            .record({
              within: spans,
              kinds: fc.subarray(['bought', 'viewed', 'pinged', 'rich', 'golden', 'answered'], { minLength: 1 }),
              bought: arm,
              viewed: arm,
              pinged: arm,
              rich: arm,
              golden: arm,
              answered: arm,
              timeout: arm,
            })
            .map(({ within, kinds, timeout, ...arms }): Draft => {
              const all: Draft = {
                bought: { on: 'Order Completed' },
                viewed: { on: 'Product Viewed', where: 'event.properties.product_id = "p-1"' },
                pinged: { on: ['Pinged', 'Ponged'] },
                rich: { when: 'profile.orders.count > 1' },
                golden: { when: 'profile.traits.plan = "gold"' },
                answered: { reply: 'REPLY' },
              };
              const chosen = Object.fromEntries(kinds.map((kind) => [kind, all[kind]]));
              const then = given(Object.fromEntries(kinds.map((kind) => [kind, arms[kind as 'bought']])));
              return { waitFor: chosen, within, then: { ...then, ...given({ timeout }) } };
            }),
          fc
            .record({ when: conditions, then: steps(depth - 1, inRepeat), otherwise: arm })
            .map(({ when, then, otherwise }): Draft => ({ branch: [{ when, then }], ...given({ otherwise }) })),
          fc.record({ a: arm, b: arm, percent: fc.integer({ min: 1, max: 99 }) }).map(({ a, b, percent }): Draft => ({
            split: [
              { arm: 'a', percent, ...given({ then: a }) },
              { arm: 'b', percent: 100 - percent, ...given({ then: b }) },
            ],
          })),
          fc
            .record({ when: conditions, a: arm, b: arm, isSure: fc.boolean(), otherwise: arm })
            .map(({ when, a, b, isSure, otherwise }): Draft => ({
              decide: [
                { option: 'first', when, ...given({ then: a }) },
                { option: 'second', ...(isSure ? {} : { when: 'profile.cart.items > 0' }), ...given({ then: b }) },
              ],
              ...given({ otherwise }),
            })),
          fc.record({ yes: arm, timeout: arm }).map((arms): Draft => ({
            task: { to: 'support', title: 'Ask them', outcomes: ['yes', 'no'], due: '8 hours' },
            then: given(arms),
          })),
          fc.record({ ended: arm, timeout: arm }).map((arms): Draft => ({
            start: { journey: 'CHILD', properties: { from: 'parent' }, wait: true, within: '1 day' },
            then: given(arms),
          })),
          fc
            .record({ wait: instants, otherwise: arm })
            .map(({ wait, otherwise }): Draft => ({ wait, ...given({ otherwise }) })),
          ...(inRepeat
            ? []
            : [
                fc
                  .record({
                    every: fc.constantFrom('1 minute', '2 hours', '1 day'),
                    times: fc.integer({ min: 1, max: 4 }),
                    until: fc.option(conditions),
                    inner: steps(depth - 1, true),
                    // A round that ends in a wait has the pause right after it.
                    last: fc.option(fc.oneof(spans, instants), { freq: 2 }),
                  })
                  .map(({ inner, last, ...more }): Draft => {
                    const round =
                      last === null || inner.at(-1)?.['end'] !== undefined ? inner : [...inner, { wait: last }];
                    return { repeat: { ...given(more), steps: round } };
                  }),
              ]),
        ];
  const one = fc.oneof(
    { weight: 4, arbitrary: spans.map((wait): Draft => ({ wait })) },
    { weight: 2, arbitrary: instants.map((wait): Draft => ({ wait })) },
    { weight: 6, arbitrary: sends },
    { weight: 2, arbitrary: acts },
    ...composite.map((arbitrary) => ({ weight: 1, arbitrary })),
  );
  // Waits after waits: who begins the next one, and when, is where two executors part most easily.
  const chain = fc.array(fc.oneof(spans, spans, instants), { minLength: 2, maxLength: 3 });
  const some = fc.oneof(
    { weight: 12, arbitrary: one.map((step) => [step]) },
    { weight: 1, arbitrary: chain.map((waits): Draft[] => waits.map((wait) => ({ wait }))) },
  );
  const list = fc
    .tuple(
      composite.length === 0 ? fc.constant(null) : rarely(fc.oneof(...composite)),
      fc.array(some, depth === 2 ? { minLength: 2, maxLength: 6 } : { minLength: 1, maxLength: 4 }),
      rarely(ends),
    )
    .map(([first, rest, end]): Draft[] => [
      ...(first === null ? [] : [first]),
      ...rest.flat(),
      ...(end === null ? [] : [{ end }]),
    ]);
  const endAlone = ends.map((end): Draft[] => [{ end }]);
  return fc.oneof({ weight: depth === 2 ? 60 : 8, arbitrary: list }, { weight: 1, arbitrary: endAlone });
};

type Naming = { sends: number; waits: number; tasks: number; jumps: number; last: string | undefined };

/** Maps every list of steps inside a step. */
const inside = (step: Draft, each: (list: Steps) => Steps): Draft => {
  const list = (value: unknown): unknown => (Array.isArray(value) ? each(value) : value);
  const then = step['then'];
  const arms = typeof then === 'object' && then !== null ? { then: mapped(then, list) } : {};
  const choices = Object.fromEntries(
    ['branch', 'split', 'decide'].flatMap((kind) => {
      const all = step[kind];
      return Array.isArray(all)
        ? [[kind, all.map((one: Draft) => ('then' in one ? { ...one, then: list(one['then']) } : one))]]
        : [];
    }),
  );
  const repeat = step['repeat'] as Draft | undefined;
  return {
    ...step,
    ...arms,
    ...choices,
    ...('otherwise' in step ? { otherwise: list(step['otherwise']) } : {}),
    ...(repeat === undefined ? {} : { repeat: { ...repeat, steps: list(repeat['steps']) } }),
  };
};
const mapped = (object: object, map: (value: unknown) => unknown): Draft =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]));

/** Lets expressions read the steps before them. */
const aware = <T>(value: T, { sends: s, waits: w, tasks: t }: Naming): T =>
  JSON.parse(
    JSON.stringify(value)
      .replaceAll('steps.SEND', `steps.s${Math.max(1, s)}`)
      .replaceAll('steps.WAIT', `steps.w${Math.max(1, w)}`)
      .replaceAll('steps.TASK', `steps.t${Math.max(1, t)}`),
  );

/** The expressions of a step itself, without those of the steps inside it. */
const awareStep = (step: Draft, names: Naming): Draft => {
  const choices = (kind: string): Draft =>
    kind in step
      ? {
          [kind]: (step[kind] as Draft[]).map((one) =>
            'when' in one ? { ...one, when: aware(one['when'], names) } : one,
          ),
        }
      : {};
  const repeat = step['repeat'] as Draft | undefined;
  const values = ['update', 'emit', 'task', 'webhook'].flatMap((kind) =>
    kind in step ? [[kind, aware(step[kind], names)]] : [],
  );
  return {
    ...step,
    ...choices('branch'),
    ...choices('decide'),
    ...Object.fromEntries(values),
    ...(repeat?.['until'] === undefined ? {} : { repeat: { ...repeat, until: aware(repeat['until'], names) } }),
  };
};

/** Names sends, waits and tasks, and lets each wait listen for the click and the reply to the send before it. */
const named = (list: Steps, names: Naming): Steps =>
  list.map((plain): Draft => {
    const step = awareStep(plain, names);
    if ('send' in step) {
      names.last = String(step['id'] ?? `s${++names.sends}`);
      return { ...step, id: names.last };
    }
    if ('waitFor' in step) {
      const id = step['id'] ?? `w${++names.waits}`;
      const { last } = names;
      const { answered, ...others } = step['waitFor'] as Draft;
      const about = {
        ...(answered === undefined || last === undefined ? {} : { answered: { reply: last } }),
        ...(last === undefined ? {} : { clicked: last }),
      };
      const all = { ...others, ...about };
      const waitFor = Object.keys(all).length === 0 ? { viewed: { on: 'Product Viewed' } } : all;
      const then = Object.fromEntries(
        Object.entries(step['then'] ?? {}).filter(([winner]) => winner === 'timeout' || winner in waitFor),
      );
      return inside({ id, ...step, waitFor, then }, (inner) => named(inner, names));
    }
    const id = 'task' in step ? { id: `t${++names.tasks}` } : {};
    return inside({ ...id, ...step }, (inner) => named(inner, names));
  });

/** Some of the choices jump to the last step of the list around them. */
const jumping = (list: Steps, names: Naming): Steps => {
  const deep = list.map((step) => inside(step, (inner) => jumping(inner, names)));
  const [branch, last] = [deep.findIndex((step) => 'branch' in step), deep.at(-1)];
  if (branch < 0 || branch >= deep.length - 2 || last === undefined || names.jumps >= 2) return deep;
  const id = String(last['id'] ?? `j${++names.jumps}`);
  const [choice] = deep[branch]!['branch'] as Draft[];
  const jump = { ...deep[branch], branch: [{ ...choice, then: [{ goto: id }] }] };
  return [...deep.slice(0, branch), jump, ...deep.slice(branch + 1, -1), { ...last, id }];
};

const finished = (list: Steps): Steps => {
  const names: Naming = { sends: 0, waits: 0, tasks: 0, jumps: 0, last: undefined };
  return named(jumping(list, names), names);
};

const windows = fc.record({
  from: fc.constantFrom('08:00', '20:00'),
  to: fc.constantFrom('21:00', '06:00'),
  zone: fc.constantFrom('UTC', 'customer'),
  days: fc.option(fc.constant(['mon', 'tue', 'thu', 'sat'])),
  closed: fc.constantFrom([], ['2026-01-06']),
  per: fc.constantFrom({}, { sms: { from: '10:00', to: '18:00' } }),
  otherwise: fc.constantFrom('hold', 'hold', 'hold', 'skip', 'end'),
  atMost: fc.constantFrom('1 day', '2 hours', '5 days'),
});

const limits = fc.record({
  most: fc.integer({ min: 1, max: 3 }),
  per: fc.constantFrom('day', 'week', '24 hours', '3 days', '2 hours'),
  channel: fc.constantFrom(null, null, 'email', 'sms'),
});

const caps = fc.record({
  limits: fc.array(limits.map(given), { maxLength: 2 }),
  otherwise: fc.constantFrom('hold', 'hold', 'hold', 'skip', 'end'),
  atMost: fc.constantFrom('1 day', '2 hours', '5 days'),
});

/** What holds for all journeys together. */
const policies = fc.record({
  caps: fc.array(
    fc
      .record({
        limit: limits,
        topic: fc.constantFrom(null, 'promotions'),
        reserve: fc.constantFrom(null, null, { promotions: 1 }, { feedback: 1 }),
      })
      .map(({ limit, ...more }) => given({ ...limit, most: limit.most + 1, ...more })),
    { maxLength: 2 },
  ),
  hours: fc.constantFrom({}, {}, { sms: { from: '09:00', to: '20:00' } }, { email: { from: '12:00', to: '17:00' } }),
  sorry: fc.constantFrom(null, { topics: ['promotions'], complaint: '2 days' }),
  holdout: fc.constantFrom(null, null, { percent: 5, period: 'q1' }),
});

const exits = fc.constantFrom<unknown>(
  [],
  [],
  [],
  [{ on: 'Order Completed' }],
  [{ on: 'Product Viewed', where: 'event.properties.product_id = "p-9"' }],
  [{ when: 'profile.cart.items = 0' }],
  [{ on: 'Subscription Cancelled' }],
);

/** A journey, the one its `start` steps begin, and what holds for both. */
export type Drafts = { readonly journeys: readonly [Draft, Draft]; readonly policy: Draft };

/** @returns a journey and its child, by the name of the first */
export const journeys = fc
  .record({
    list: steps(2).map(finished),
    child: steps(0).map((list) => finished(list.filter((step) => !('start' in step)).concat({ wait: '2 hours' }))),
    whileOpen: fc.constantFrom('ignore', 'restart', 'update'),
    reentry: fc.constantFrom(null, { after: '3 hours' }),
    exit: exits,
    holdout: fc.constantFrom(0, 0, 0, 20),
    open: fc.constantFrom(null, null, { until: '2026-01-08T00:00:00Z' }),
    zone: fc.constantFrom('UTC', 'Europe/Berlin'),
    window: fc.option(windows, { freq: 1 }),
    caps: fc.option(caps, { freq: 2 }),
    childCaps: fc.option(caps, { freq: 1 }),
    priority: fc.constantFrom(0, 50, 50, 100),
    policy: fc.option(policies.map(given), { freq: 3 }),
  })
  .map(({ list, child, window, childCaps, policy, ...rest }) => (name: string): Drafts => {
    const about = { topic: 'promotions', zone: rest.zone };
    const steps_ = JSON.parse(JSON.stringify(list).replaceAll('"CHILD"', `"${name}-child"`));
    const childSteps = child.length === 0 ? [{ wait: '1 hour' }] : child;
    const both = [
      {
        name,
        triggers: [{ signal: `Start ${name}` }],
        ...about,
        ...given(rest),
        ...given({ window: window === null ? null : given(window) }),
        goals: [{ on: 'Order Completed', within: '7 days' }],
        steps: steps_,
      },
      {
        name: `${name}-child`,
        triggers: [{ journey: name }],
        reentry: { after: '1 minute' },
        holdout: rest.holdout === 0 ? 0 : 50,
        ...about,
        ...given({ caps: childCaps }),
        steps: childSteps,
      },
    ] as const;
    return { journeys: both, policy: policy ?? {} };
  });

export type Happening = { readonly after: number; readonly what: string };

/** What happens to a customer, in minutes after they entered; a click answers the newest message, an answer the newest task. */
export const histories = fc
  .array(
    fc.record({
      after: fc.oneof(
        // At the very end of a wait that began with the run.
        fc.constantFrom(0, 1, 5, 60, 65, 240, 1440, 1500, 2880, 4320),
        fc.integer({ min: 0, max: 90 }),
        fc.integer({ min: 0, max: 1500 }),
        fc.integer({ min: 0, max: 6 * 1440 }),
      ),
      what: fc.constantFrom(
        'Order Completed',
        'Product Viewed',
        'Product Added',
        'Product Removed',
        'Subscription Cancelled',
        'Ponged',
        'again',
        'click',
        'reply',
        'answer',
        'trial',
        'no trial',
        'prefers',
        'refuses',
        'Complaint Opened',
      ),
    }),
    { minLength: 1, maxLength: 10 },
  )
  .map((list) => list.toSorted((a, b) => a.after - b.after));
