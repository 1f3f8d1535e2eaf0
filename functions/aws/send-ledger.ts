import { GetItemCommand, type TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { type Check, type Gate, type SendDecision, writeChecks } from '#core/decision';
import type { Enrolment } from '#core/journey';
import { dynamodb } from './clients.ts';
import { type Cancelled, jitter, transact } from './conditional.ts';
import { type EarlierClaim, readClaim } from './earlier-claim.ts';
import { isMovedOn, stillOpen, whereFound } from './enrolment-store.ts';
import { introducedAttribute } from './gate-store.ts';
import { enrolmentKey, gateKey, item, keyItem, plain, sendKey, suppressionKey, whyKey } from './keys.ts';

/** One message to one customer: claimed before the provider is called, settled after. */
export type Claim = {
  readonly customer: string;
  /** Unique for run, occurrence and step: the same step again finds the same row. */
  readonly send: string;
  /** Who claims: a later attempt must not settle an earlier one's. */
  readonly owner: string;
  readonly channel: string;
  readonly message: string;
  readonly addressHash: string;
  readonly topic: string;
  /** Which wording of the message it is, where there are several. */
  readonly variant?: string;
  readonly checks: readonly Check[];
  readonly gate: Gate;
  /** What `GATE` remembers of it, where a cap counts it. */
  readonly taken?: Taken;
  /** What `GATE` remembers of who was told who writes. */
  readonly introduction?: Introduction;
  readonly at: number;
  readonly leaseUntil: number;
  /** What must hold for anybody to want it, of a message that no run sends. */
  readonly stillWanted?: readonly TransactWriteItem[];
};

/** Which message is to tell a number who writes and how to end it; empty once one has. */
export type Introduction = { readonly addressHash: string; readonly by: string };

type Taken = NonNullable<Extract<SendDecision, { do: 'send' }>['taken']>;

export type Claimed =
  | { readonly is: 'granted' }
  /** Consent, erasure or what was sent changed since the decision: decide again. */
  | { readonly is: 'outdated' }
  | { readonly is: 'exited' }
  | { readonly is: 'suppressed' }
  /** Somebody was here before: what the row says. */
  | ({ readonly is: 'taken' } & EarlierClaim);

/** How long a claim may stay unsettled, milliseconds; the provider call is given up well before. */
export const leaseMs = 30_000;

/**
 * What refused to be written down of messages, where it is not what another attempt has written down before.
 * @param writes what was to be written, in the order of the refusal's index
 * @throws when another attempt sends what was to be withheld, or a claim is open still: its provider has reported it meanwhile, or it is
 * asked again
 */
export const lookAgainIf = ({ index, item: row }: Cancelled, writes: readonly TransactWriteItem[]): void => {
  if (writes[index]?.ConditionCheck !== undefined) throw new Error('Another attempt has sent what was to be withheld.');
  if (row?.['status'] === 'CLAIMED') throw new Error('Something was heard of the message meanwhile.');
};

export const sendLedger = (table: string) => {
  /** `GATE` as the decision saw it; with a slot taken, also that nobody has taken one since. A check costs what a write does. */
  const unchangedGate = ({ customer, gate: { version, counted }, taken, introduction }: Claim): TransactWriteItem => {
    const at = { TableName: table, Key: keyItem(gateKey(customer)) };
    const isSame = version === 0 ? 'attribute_not_exists(version)' : 'version = :version';
    const isAsCounted = counted === undefined ? 'attribute_not_exists(counted)' : 'counted = :counted';
    const values = {
      ...(version === 0 ? {} : { ':version': version }),
      ...(taken === undefined || counted === undefined ? {} : { ':counted': counted }),
      ...(taken === undefined ? {} : { ':slots': new Set(taken.slots), ':next': (counted ?? 0) + 1 }),
      ...(introduction === undefined ? {} : { ':by': introduction.by }),
    };
    const set = [
      ...(taken === undefined ? [] : ['slots = :slots', 'counted = :next']),
      ...(introduction === undefined ? [] : ['#introduced = :by']),
    ];
    const asked = {
      ...at,
      ConditionExpression: taken === undefined ? isSame : `${isSame} AND ${isAsCounted}`,
      ...(introduction === undefined
        ? {}
        : { ExpressionAttributeNames: { '#introduced': introducedAttribute(introduction.addressHash) } }),
      ...(Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: item(values) }),
    };
    return set.length === 0
      ? { ConditionCheck: asked }
      : { Update: { ...asked, UpdateExpression: `SET ${set.join(', ')}` } };
  };

  /** Gives a slot back: nothing was sent. Whoever decides at the same time decides again. */
  const slotBack = (customer: string, slot: string): TransactWriteItem => ({
    Update: {
      TableName: table,
      Key: keyItem(gateKey(customer)),
      UpdateExpression: 'DELETE slots :slot ADD counted :one',
      ExpressionAttributeValues: item({ ':slot': new Set([slot]), ':one': 1 }),
    },
  });

  /**
   * The run is open, and where this attempt found it: no other has carried it on meanwhile. Its row names the claim until the claim
   * is settled, at the price of a check, so that whoever sees the run end sees what it leaves behind.
   */
  const openRun = (customer: string, run: Enrolment, send: string): TransactWriteItem => ({
    Update: {
      TableName: table,
      Key: keyItem(enrolmentKey(customer, run)),
      UpdateExpression: 'ADD claiming :claiming',
      ConditionExpression: `occurrence = :occurrence AND ${stillOpen} AND ${whereFound(run)}`,
      ExpressionAttributeNames: { '#token': 'token' },
      ExpressionAttributeValues: item({
        ':occurrence': run.occurrence,
        ...(run.token === undefined ? {} : { ':found': run.token }),
        ':claiming': new Set([send]),
      }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  });

  const notSuppressed = ({ addressHash }: Claim): TransactWriteItem => ({
    ConditionCheck: {
      TableName: table,
      Key: keyItem(suppressionKey(addressHash)),
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  });

  const row = (
    { customer, send, owner, channel, topic, message, variant, checks, gate, at, leaseUntil }: Claim,
    run: Enrolment,
  ): TransactWriteItem => ({
    Put: {
      TableName: table,
      Item: item({
        ...sendKey(customer, send),
        status: 'CLAIMED',
        owner,
        channel,
        topic,
        message,
        variant,
        checks: writeChecks(checks),
        journey: run.journey,
        version: run.version,
        consentVersion: gate.version,
        claimedAt: new Date(at).toISOString(),
        leaseUntil,
      }),
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  });

  /** Takes over a claim whose lease is over, so that its provider is asked again. */
  const rowAgain = ({ customer, send, owner, leaseUntil }: Claim, earlier: EarlierClaim): TransactWriteItem => ({
    Update: {
      TableName: table,
      Key: keyItem(sendKey(customer, send)),
      UpdateExpression: 'SET #owner = :owner, leaseUntil = :lease, attempts = :attempts',
      ConditionExpression:
        '#status = :claimed AND #owner = :before AND leaseUntil = :until AND attribute_not_exists(reports)',
      ExpressionAttributeNames: { '#status': 'status', '#owner': 'owner' },
      ExpressionAttributeValues: item({
        ':owner': owner,
        ':lease': leaseUntil,
        ':attempts': earlier.attempts + 1,
        ':claimed': 'CLAIMED',
        ':before': earlier.owner,
        ':until': earlier.leaseUntil,
      }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  });

  /** One transaction of three checks and a row, the slot among them: 8 write units. Nothing is sent that it does not grant. */
  const claim = async (wanted: Claim, run: Enrolment, earlier?: EarlierClaim): Promise<Claimed> => {
    const { customer, send, stillWanted = [openRun(customer, run, send)] } = wanted;
    const TransactItems = [
      unchangedGate(wanted),
      ...stillWanted,
      notSuppressed(wanted),
      earlier === undefined ? row(wanted, run) : rowAgain(wanted, earlier),
    ];
    const refusal = await transact(() => dynamodb().send(new TransactWriteItemsCommand({ TransactItems })), jitter);
    if (refusal === undefined) return { is: 'granted' };
    switch (refusal.index) {
      case 0:
        return { is: 'outdated' };
      case TransactItems.length - 2:
        return { is: 'suppressed' };
      case TransactItems.length - 1:
        return { is: 'taken', ...readClaim(refusal.item ?? {}) };
      default:
        if (isMovedOn(refusal.item, run)) throw new Error('Another attempt has carried the run on.');
        return { is: 'exited' };
    }
  };

  const find = async (customer: string, send: string): Promise<EarlierClaim | undefined> => {
    const { Item } = await dynamodb().send(
      new GetItemCommand({ TableName: table, Key: keyItem(sendKey(customer, send)), ConsistentRead: true }),
    );
    return Item === undefined ? undefined : readClaim(plain(Item));
  };

  /** What became of a claim. That nobody knows is said only while its provider has reported nothing either. */
  const settled = (
    customer: string,
    send: string,
    result: {
      readonly owner: string;
      readonly status: 'SENT' | 'FAILED' | 'UNKNOWN';
      readonly at: number;
      readonly detail: string;
      /** It was not the answer that settled it. */
      readonly by?: 'report';
    },
  ): TransactWriteItem => ({
    Update: {
      TableName: table,
      Key: keyItem(sendKey(customer, send)),
      UpdateExpression: `SET #status = :status, settledAt = :at, detail = :detail${result.by === undefined ? '' : ', settledBy = :by'}`,
      ConditionExpression: `#owner = :owner AND #status = :claimed${result.status === 'UNKNOWN' ? ' AND attribute_not_exists(reports)' : ''}`,
      ExpressionAttributeNames: { '#status': 'status', '#owner': 'owner' },
      ExpressionAttributeValues: item({
        ':status': result.status,
        ':at': new Date(result.at).toISOString(),
        ':detail': result.detail,
        ...(result.by === undefined ? {} : { ':by': result.by }),
        ':owner': result.owner,
        ':claimed': 'CLAIMED',
      }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  });

  /** Gives a claim back: the provider was never asked, or said that it took nothing. */
  const released = (customer: string, send: string, owner: string): TransactWriteItem => ({
    Delete: {
      TableName: table,
      Key: keyItem(sendKey(customer, send)),
      ConditionExpression: '#owner = :owner AND #status = :claimed',
      ExpressionAttributeNames: { '#status': 'status', '#owner': 'owner' },
      ExpressionAttributeValues: item({ ':owner': owner, ':claimed': 'CLAIMED' }),
    },
  });

  /** Holds as long as nobody has claimed this message: who withholds it must not be overtaken by who sends it. */
  const unclaimed = (customer: string, send: string): TransactWriteItem => ({
    ConditionCheck: {
      TableName: table,
      Key: keyItem(sendKey(customer, send)),
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  });

  /** Why a message was not sent, for whoever asks. */
  const withheld = (
    customer: string,
    send: string,
    why: {
      readonly reason: string;
      readonly at: number;
      readonly journey: string;
      readonly message: string;
      readonly checks: readonly Check[];
    },
  ): TransactWriteItem => ({
    Put: {
      TableName: table,
      Item: item({
        ...whyKey(customer, new Date(why.at).toISOString(), send),
        verdict: 'withheld',
        reason: why.reason,
        journey: why.journey,
        message: why.message,
        checks: writeChecks(why.checks),
      }),
    },
  });

  return { claim, find, settled, released, slotBack, unclaimed, withheld };
};
export type SendLedger = ReturnType<typeof sendLedger>;
