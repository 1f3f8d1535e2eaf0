import { consentGranted, consentsOf, emptyProfile, foldSignal } from '#core/profile';
import { topicOf } from '#core/journey';
import { readGate } from '../../../functions/aws/gate-store.ts';
import { plain } from '../../../functions/aws/keys.ts';
import type { Call } from '../ground/aws.ts';
import type { Kernel } from '../ground/kernel.ts';
import { cap, journeys } from './journeys.ts';
import { type Received, type Row, rowsOf } from './people.ts';

/** What a provider took, by the tags it was sent with. */
export type Accepted = {
  /** As the ledger calls it: run, occurrence, step. */
  readonly send: string;
  readonly customer: string;
  readonly journey: string;
  readonly step: string;
  readonly channel: 'email' | 'sms' | 'push';
  readonly to: string;
  readonly id: string;
  readonly at: number;
  readonly order: number;
};

export type ClaimMade = {
  readonly send: string;
  readonly customer: string;
  readonly owner: string;
  readonly at: number;
  readonly leaseUntil: number;
  readonly order: number;
};

/** A promise that was broken, by its number in docs/faults.md. */
export type Violation = { readonly promise: string; readonly what: string };

const leaseMs = 30_000;

export const nodeOf = (journey: string, step: string) => {
  const document = journeys.get(journey)!;
  const flat = JSON.stringify(document.journey.steps);
  const topic = topicOf(document.journey, { send: {} } as never);
  if (!flat.includes(`"${step}"`)) throw new Error(`${journey} has no step ${step}.`);
  return { topic, isMarketing: document.topics[topic] !== 'transactional', window: document.journey.window };
};

/** What happened in a story, written down as it happens, and what must be true at the instant it does. */
export const history = (kernel: Kernel) => {
  const violations: Violation[] = [];
  const accepted: Accepted[] = [];
  const claims: ClaimMade[] = [];
  /** Hash of an address → when it was first suppressed. */
  const suppressed = new Map<string, number>();
  const received: (Received & { readonly customer: string })[] = [];
  const acked = new Map<string, number>();
  const gates = new Map<string, number>();
  const results = new Map<string, string>();
  /** Runs whose wait had heard in time, so that it must end that way. */
  const heard: { readonly customer: string; readonly sk: string; readonly occurrence: number; readonly at: number }[] =
    [];
  let order = 0;

  const broken = (promise: string, what: string): void => {
    violations.push({ promise, what });
    kernel.say('!', `${promise}: ${what}`);
  };

  const mayBeGranted = (customer: string, channel: 'email' | 'sms' | 'push', topic: string): boolean => {
    const theirs = received.filter((each) => each.customer === customer);
    const [known, open] = [
      theirs.filter(({ signal }) => acked.has(signal.messageId)),
      theirs.filter(({ signal }) => !acked.has(signal.messageId)),
    ];
    const profile = known.reduce((soFar, { signal }) => foldSignal(soFar, signal), emptyProfile());
    const isOpenGrant = open.some(({ signal }) => /"granted":true|"consent":/.test(JSON.stringify(signal)));
    return isOpenGrant || consentGranted(consentsOf(profile), channel, topic);
  };

  /** Orders that were acknowledged, and end this run. */
  const exitOf = (customer: string, run: Row): Received | undefined => {
    const entry = JSON.parse(run['entry']);
    return received.find(
      ({ customer: whose, signal, at }) =>
        whose === customer &&
        run['journey'] !== 'receipt' &&
        signal.event === 'Order Completed' &&
        signal.properties['cart'] === entry.properties.cart &&
        acked.has(signal.messageId) &&
        acked.has(entry.messageId) &&
        at > run['enteredAt'],
    );
  };

  /** Of the emails of the last hours, those that left or may have left are as many as the cap allows, and no more. */
  const capKept = (rows: readonly Row[], now: number, send: string): void => {
    const counted = rows.filter(
      ({ sk, channel, journey, status, leaseUntil }) =>
        String(sk).startsWith('SEND#') &&
        channel === 'email' &&
        journeys.get(journey)?.journey.topic === 'promotions' &&
        status !== 'FAILED' &&
        Number(leaseUntil) - leaseMs > now - cap.ms,
    );
    if (counted.length > cap.most) broken('I7', `${send} is claimed, and is one too many: ${counted.length}`);
  };

  const claimed = async (item: Row): Promise<void> => {
    const { pk, sk, owner, channel, journey, leaseUntil, consentVersion } = item;
    const [customer, send] = [String(pk).slice(2), String(sk).slice('SEND#'.length)];
    claims.push({ customer, send, owner, at: Number(leaseUntil) - leaseMs, leaseUntil, order: order++ });
    const [enrol = '', occurrence, step = ''] = send.split('#');
    const rows = await rowsOf(pk);
    const gate = readGate(rows.find((row) => row['sk'] === 'GATE'));
    const { topic, isMarketing } = nodeOf(journey, step);
    if (isMarketing && !consentGranted(gate.consents, channel, topic))
      broken('I3', `${send} is claimed, and ${channel} is not allowed`);
    else if (isMarketing && !mayBeGranted(customer, channel, topic))
      broken('I3', `${send} is claimed after an acknowledged no on ${channel}`);
    if (gate.version !== consentVersion)
      broken('I22', `${send} names consent ${consentVersion}, it is ${gate.version}`);
    if (isMarketing && channel === 'email') capKept(rows, Number(leaseUntil) - leaseMs, send);
    const run = rows.find((row) => row['sk'] === `ENROL#${journey}#${enrol}`);
    const isOpen =
      run !== undefined &&
      run['exitedAt'] === undefined &&
      run['endedAt'] === undefined &&
      String(run['occurrence']) === occurrence;
    if (!isOpen) broken('I5', `${send} is claimed, and its run was left`);
    else if (exitOf(customer, run) !== undefined) broken('I5', `${send} is claimed after an acknowledged order`);
  };

  /** A claim whose lease was over, taken over: its provider is asked once more. */
  const claimedAgain = ({ pk, sk, owner, leaseUntil }: Row): void => {
    const [customer, send] = [String(pk).slice(2), String(sk).slice('SEND#'.length)];
    claims.push({ customer, send, owner, at: Number(leaseUntil) - leaseMs, leaseUntil, order: order++ });
  };

  const gateWritten = async (customer: string): Promise<void> => {
    const row = (await rowsOf(`C#${customer}`)).find(({ sk }) => sk === 'GATE');
    const before = gates.get(customer) ?? 0;
    const version = Number(row?.['version'] ?? 0);
    if (version <= before) broken('I22', `the consents changed, and their version is still ${version}`);
    gates.set(customer, version);
  };

  /** What is settled stays so; `status` is undefined where the row is taken away. */
  const settled = (sk: string, status: string | undefined): void => {
    const before = results.get(sk);
    if (before !== undefined) broken('I16', `${sk} was ${before} and is now ${status ?? 'gone'}`);
    if (status !== undefined) results.set(sk, status);
  };

  /** What a report, or who comes after the run, makes of a claim: what was a guess may become certain. */
  const resolved = (sk: string, status: string): void => {
    const before = results.get(sk);
    if (before === 'SENT') broken('I16', `${sk} was SENT and is now ${status}`);
    results.set(sk, status);
  };

  /** A write that DynamoDB made. */
  const wrote = async ({ operation, input }: Call): Promise<void> => {
    if (operation === 'TransactWriteItems') {
      for (const { Put, Update, Delete } of input['TransactItems']) {
        if (String(Put?.Item?.sk?.S).startsWith('SEND#')) await claimed(plain(Put.Item));
        const changed = String((Update ?? Delete)?.Key.sk.S);
        if (changed.startsWith('SEND#') && Update?.ExpressionAttributeValues[':attempts'] !== undefined)
          claimedAgain(
            plain({
              ...Update.Key,
              owner: Update.ExpressionAttributeValues[':owner'],
              leaseUntil: Update.ExpressionAttributeValues[':lease'],
            }),
          );
        if (changed.startsWith('SEND#')) settled(changed, Update?.ExpressionAttributeValues[':status']?.S);
      }
      return;
    }
    const key = (input['Key'] ?? input['Item'] ?? {}) as { pk?: { S: string }; sk?: { S: string } };
    const status = input['ExpressionAttributeValues']?.[':status']?.S;
    if (key.sk?.S.startsWith('SEND#') === true && status !== undefined) resolved(key.sk.S, status);
    if (key.sk?.S === 'GATE') await gateWritten(String(key.pk?.S).slice(2));
    const address = String(key.pk?.S).split('ADDR#')[1];
    if (operation === 'PutItem' && address !== undefined && !suppressed.has(address)) suppressed.set(address, order++);
  };

  const accept = (message: Omit<Accepted, 'at' | 'order'>, address: string): void => {
    accepted.push({ ...message, at: kernel.now, order: order++ });
    const { send } = message;
    kernel.say('provider', `takes ${message.channel} ${message.step}`);
    const last = claims.findLast((claim) => claim.send === send);
    if (last === undefined) return broken('I4', `${send} leaves without a claim`);
    if (kernel.now > last.leaseUntil) broken('I4', `${send} leaves ${kernel.now - last.leaseUntil} ms after its lease`);
    const stopped = suppressed.get(address);
    if (stopped !== undefined && stopped < last.order) broken('I21', `${send} goes to an address that was suppressed`);
  };

  const rowOfRun = async ({ customer, signal }: { customer: string; signal: Received['signal'] }) =>
    (await rowsOf(`C#${customer}`)).find(
      (row) =>
        String(row['sk']).startsWith('ENROL#offer#') &&
        row['enrol'] === signal.properties['enrol'] &&
        String(row['occurrence']) === signal.properties['occurrence'],
    );

  /** A signal was folded, and whoever delivered it was told so. */
  const acknowledge = async (messageIds: readonly string[]): Promise<void> => {
    for (const id of messageIds) {
      const known = received.find(({ signal }) => signal.messageId === id);
      if (known === undefined || acked.has(id)) continue;
      acked.set(id, kernel.now);
      if (known.signal.event === 'Email Link Clicked' && known.signal.properties['step'] === 'offer') {
        const run = await rowOfRun(known);
        if (run === undefined || run['exitedAt'] !== undefined || run['endedAt'] !== undefined) continue;
        if (run['heard'].answer === undefined && run['steps'].answer === undefined)
          broken('I6', 'a click was acknowledged, and its run has not heard it');
        const isLate = run['step'] === 'answer' && kernel.now >= run['deadline'];
        if (run['heard'].answer === 'clicked' && !isLate && run['steps'].nudge === undefined)
          heard.push({ customer: known.customer, sk: run['sk'], occurrence: run['occurrence'], at: kernel.now });
      }
    }
  };

  return {
    violations,
    accepted,
    claims,
    received,
    acked,
    heard,
    suppressed,
    broken,
    wrote,
    accept,
    acknowledge,
    exitOf,
  };
};
export type History = ReturnType<typeof history>;
