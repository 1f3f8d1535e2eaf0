import type { Entry, Ledger } from './ledger.ts';
import type { Sight } from './observe.ts';

/** What does not add up, one sentence each. */
type Violations = readonly string[];

const group = <T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> =>
  Map.groupBy(items, keyOf);

/** Every entry the bus took is in exactly one place; junk is in no log, and nobody's signal in another one's. */
const entries = ({ log }: Sight, { acknowledged, inDoubt, refused, dead }: Ledger): Violations => {
  const rows = group(log, ({ sk }) => sk);
  const homes = new Map<string, string>();
  const isAtHome = ({ userId }: Entry, pk: string): boolean => {
    const home = homes.get(userId) ?? pk;
    homes.set(userId, home);
    return home === pk;
  };
  const known = [...acknowledged.values()].flatMap((entry): Violations => {
    const { messageId, isJunk } = entry;
    const found = rows.get(messageId) ?? [];
    const places = [
      ...found.map(() => 'log'),
      ...(refused.has(messageId) ? ['refused'] : []),
      ...(dead.has(messageId) ? ['dead'] : []),
    ];
    if (places.length !== 1)
      return [`${messageId} (${entry.event}) is in ${places.length === 0 ? 'no place' : places.join(' and ')}`];
    if (places[0] === (isJunk ? 'log' : 'refused')) return [`${messageId} (${entry.event}) is in ${places[0]}`];
    return found.every(({ pk }) => isAtHome(entry, pk)) ? [] : [`${messageId} is in the log of somebody else`];
  });
  const unknown = log.filter(
    ({ sk, signal }) => signal.subject.user !== undefined && !acknowledged.has(sk) && !inDoubt.has(sk),
  );
  return [...known, ...unknown.map(({ sk }) => `${sk} was never put`)];
};

/** Counts of the profiles, counted again from the rows of the log. */
const profiles = ({ log, profiles: all }: Sight): Violations => {
  const byCustomer = group(log, ({ pk }) => pk);
  const missing = [...byCustomer.keys()].filter((pk) => !all.some((profile) => profile.pk === pk));
  const wrong = all.flatMap(({ pk, body, owed }): Violations => {
    const rows = byCustomer.get(pk) ?? [];
    const expected = new Map([...group(rows, ({ signal }) => signal.event)].map(([event, of]) => [event, of.length]));
    const events = new Set([...expected.keys(), ...Object.keys(body.seen)]);
    const orders = rows.filter(({ signal }) => signal.event === 'Order Completed');
    const revenue = orders.reduce((sum, { signal }) => sum + Number(signal.properties['revenue']) * 1000, 0);
    return [
      ...[...events]
        .filter((event) => (body.seen[event]?.[0] ?? 0) !== (expected.get(event) ?? 0))
        .map((event) => `${pk} has ${expected.get(event) ?? 0} ${event}, its profile ${body.seen[event]?.[0] ?? 0}`),
      ...((body.orders?.[0] ?? 0) === orders.length && (body.orders?.[1] ?? 0) === revenue
        ? []
        : [`${pk} has ${orders.length} orders of ${revenue}, its profile ${JSON.stringify(body.orders)}`]),
      ...(owed === undefined ? [] : [`${pk} still owes ${owed}`]),
    ];
  });
  return [...missing.map((pk) => `${pk} has a log and no profile`), ...wrong];
};

const runKey = (customer: string, { enrol, occurrence }: { enrol: string; occurrence: number | string }): string =>
  `C#${customer} ${enrol}#${occurrence}`;

/** The tag `run` is `<enrol>-<occurrence>`. */
const sendOf = ({ run = '', step }: Readonly<Record<string, string>>): string => `${run.replace('-', '#')}#${step}`;

/** What left and what the ledger of sends says agree, and nothing left twice. */
const messages = ({ outbox, sends, log, runs }: Sight, ledger: Ledger): Violations => {
  const left = group(outbox, ({ tags }) => `C#${tags['customer']} SEND#${sendOf(tags)}`);
  const rows = new Map(sends.map((row) => [`${row.pk} ${row.sk}`, row]));
  const open = new Set(runs.filter(isOpen).map((run) => `${run.pk} SEND#${run.enrol}#${run.occurrence}#`));
  const told = new Set(log.map(({ sk }) => sk.split(':').slice(0, 2).join(':')));
  const isLate = (key: string): boolean => [...open].some((prefix) => key.startsWith(prefix));
  const lost = [...ledger.messages].filter((id) => !outbox.some((message) => message.id === id));
  for (const { id } of outbox) ledger.messages.add(id);
  return [
    ...lost.map((id) => `message ${id} is gone from the outbox`),
    ...[...left].filter(([, of]) => of.length > 1).map(([key, of]) => `${key} left ${of.length} times`),
    ...[...left.keys()]
      .filter((key) => !['SENT', 'UNKNOWN', 'CLAIMED'].includes(rows.get(key)?.status ?? ''))
      .map((key) => `${key} left, its row says ${rows.get(key)?.status ?? 'nothing'}`),
    ...[...rows].flatMap(([key, { status, detail }]): Violations => {
      const found = left.get(key) ?? [];
      if (status === 'SENT' && found[0]?.id !== detail) return [`${key} is SENT as ${detail}, which is not there`];
      if (status === 'FAILED' && found.length > 0) return [`${key} FAILED and left`];
      if (status === 'CLAIMED' && isLate(key)) return [`${key} is CLAIMED for an open run, long after its lease`];
      return [];
    }),
    ...outbox
      .filter(({ channel }) => channel === 'email')
      .filter(({ id }) => !told.has(`${id}:Delivery`))
      .map(({ id }) => `the delivery of ${id} was never told`),
    ...[...ledger.clicks]
      .filter(([id, { answered }]) => answered > 0 && !told.has(`${id}:Click`))
      .map(([id]) => `a click on ${id} is lost`),
  ];
};

const isOpen = ({ exitedAt, endedAt }: Sight['runs'][number]): boolean =>
  exitedAt === undefined && endedAt === undefined;

/** Every run has its execution, every execution its run; who waits, waits for a time to come. */
const journeys = ({ now, runs, executions, log }: Sight, ledger: Ledger): Violations => {
  const shown = new Map(executions.map((one) => [one.execution, one]));
  const byRun = group([...ledger.executions], ([, run]) => runKey(run.customer, run));
  const rows = new Map(runs.map((row) => [`${row.pk} ${row.enrol}#${row.occurrence}`, row]));
  const statusOf = (key: string) => (byRun.get(key) ?? []).map(([arn]) => shown.get(arn)?.status ?? 'lost');
  const enrolled = new Set(runs.map(({ pk, key }) => `${pk} ${key}`));
  const carts = log.flatMap(({ pk, signal }) =>
    signal.event === 'Product Added' ? [`${pk} ${String(signal.properties['cart_id'])}`] : [],
  );
  return [
    ...[...ledger.executions.keys()].filter((arn) => !shown.has(arn)).map((arn) => `execution ${arn} is lost`),
    ...executions
      .filter(({ status }) => status !== 'RUNNING' && status !== 'SUCCEEDED')
      .map(({ execution, status }) => `execution ${execution} is ${status}`),
    ...[...byRun].filter(([, of]) => of.length > 1).map(([key, of]) => `${key} has ${of.length} executions`),
    ...[...rows].flatMap(([key, row]): Violations => {
      const [status] = statusOf(key);
      if (isOpen(row) && status !== 'RUNNING') return [`${key} is open, its execution ${status ?? 'missing'}`];
      if (!isOpen(row) && status === 'RUNNING') return [`${key} is over, its execution runs`];
      return [];
    }),
    ...[...byRun.keys()]
      .filter((key) => statusOf(key)[0] === 'RUNNING' && !rows.has(key))
      .map((key) => `the execution of ${key} runs for no run`),
    ...[...rows].flatMap(([key, row]): Violations => {
      const state = (byRun.get(key) ?? []).map(([arn]) => shown.get(arn)?.state ?? '')[0] ?? '';
      const isHeld = state.startsWith('Hold');
      return !isOpen(row) || isHeld || (row.deadline ?? 0) > now
        ? []
        : [`${key} waits in ${row.step ?? state} for ${new Date(row.deadline ?? 0).toISOString()}, now past`];
    }),
    ...[...new Set(carts)].filter((cart) => !enrolled.has(cart)).map((cart) => `${cart} began no journey`),
  ];
};

/** Settles the ledger of the world outside against what the ground shows. Nothing may be queued any more. */
export const account = (sight: Sight, ledger: Ledger): Violations => [
  ...entries(sight, ledger),
  ...profiles(sight),
  ...messages(sight, ledger),
  ...journeys(sight, ledger),
  ...ledger.complaints.splice(0),
];
