import { GetItemCommand, type TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import type { Gate } from '#core/decision';
import type { Enrolment } from '#core/journey';
import { dynamodb } from './clients.ts';
import { jitter, transact } from './conditional.ts';
import { stillOpen } from './enrolment-store.ts';
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
  readonly gate: Gate;
  readonly at: number;
  readonly leaseUntil: number;
};

export type Claimed =
  | { readonly is: 'granted' }
  /** Consent or erasure changed since the decision: decide again. */
  | { readonly is: 'outdated' }
  | { readonly is: 'exited' }
  | { readonly is: 'suppressed' }
  /** Somebody was here before: what the row says. */
  | ({ readonly is: 'taken' } & EarlierClaim);

/** What an earlier attempt wrote. */
export type EarlierClaim = { readonly status: string; readonly leaseUntil: number; readonly owner: string };

const readClaim = ({ status, leaseUntil, owner }: Record<string, unknown>): EarlierClaim => ({
  status: String(status),
  leaseUntil: Number(leaseUntil),
  owner: String(owner),
});

/** How long a claim may stay unsettled, milliseconds; the provider call is given up well before. */
export const leaseMs = 30_000;

/** The run is still what it was, but for where it is. */
const isMovedOn = (row: Record<string, unknown> | undefined, run: Enrolment): boolean =>
  row !== undefined &&
  row['occurrence'] === run.occurrence &&
  row['exitedAt'] === undefined &&
  row['endedAt'] === undefined;

export const sendLedger = (table: string) => {
  const unchangedGate = ({ customer, gate }: Claim): TransactWriteItem => ({
    ConditionCheck: {
      TableName: table,
      Key: keyItem(gateKey(customer)),
      ...(gate.version === 0
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : { ConditionExpression: 'version = :version', ExpressionAttributeValues: item({ ':version': gate.version }) }),
    },
  });

  /** The run is open, and where this attempt found it: no other has carried it on meanwhile. */
  const openRun = (customer: string, run: Enrolment): TransactWriteItem => ({
    ConditionCheck: {
      TableName: table,
      Key: keyItem(enrolmentKey(customer, run)),
      ConditionExpression: `occurrence = :occurrence AND ${stillOpen} AND ${run.token === undefined ? 'attribute_not_exists(#token)' : '#token = :found'}`,
      ExpressionAttributeNames: { '#token': 'token' },
      ExpressionAttributeValues: item({
        ':occurrence': run.occurrence,
        ...(run.token === undefined ? {} : { ':found': run.token }),
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
    { customer, send, owner, channel, message, gate, at, leaseUntil }: Claim,
    run: Enrolment,
  ): TransactWriteItem => ({
    Put: {
      TableName: table,
      Item: item({
        ...sendKey(customer, send),
        status: 'CLAIMED',
        owner,
        channel,
        message,
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

  /** One transaction of four checks and a row: 8 write units. Nothing is sent that it does not grant. */
  const claim = async (wanted: Claim, run: Enrolment): Promise<Claimed> => {
    const TransactItems = [
      unchangedGate(wanted),
      openRun(wanted.customer, run),
      notSuppressed(wanted),
      row(wanted, run),
    ];
    const refusal = await transact(() => dynamodb().send(new TransactWriteItemsCommand({ TransactItems })), jitter);
    if (refusal === undefined) return { is: 'granted' };
    switch (refusal.index) {
      case 0:
        return { is: 'outdated' };
      case 1:
        if (isMovedOn(refusal.item, run)) throw new Error('Another attempt has carried the run on.');
        return { is: 'exited' };
      case 2:
        return { is: 'suppressed' };
      default:
        return { is: 'taken', ...readClaim(refusal.item ?? {}) };
    }
  };

  const find = async (customer: string, send: string): Promise<EarlierClaim | undefined> => {
    const { Item } = await dynamodb().send(
      new GetItemCommand({ TableName: table, Key: keyItem(sendKey(customer, send)), ConsistentRead: true }),
    );
    return Item === undefined ? undefined : readClaim(plain(Item));
  };

  const settled = (
    customer: string,
    send: string,
    result: {
      readonly owner: string;
      readonly status: 'SENT' | 'FAILED' | 'UNKNOWN';
      readonly at: number;
      readonly detail: string;
    },
  ): TransactWriteItem => ({
    Update: {
      TableName: table,
      Key: keyItem(sendKey(customer, send)),
      UpdateExpression: 'SET #status = :status, settledAt = :at, detail = :detail',
      ConditionExpression: '#owner = :owner AND #status = :claimed',
      ExpressionAttributeNames: { '#status': 'status', '#owner': 'owner' },
      ExpressionAttributeValues: item({
        ':status': result.status,
        ':at': new Date(result.at).toISOString(),
        ':detail': result.detail,
        ':owner': result.owner,
        ':claimed': 'CLAIMED',
      }),
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
    why: { readonly reason: string; readonly at: number; readonly journey: string; readonly message: string },
  ): TransactWriteItem => ({
    Put: {
      TableName: table,
      Item: item({
        ...whyKey(customer, new Date(why.at).toISOString(), send),
        verdict: 'withheld',
        reason: why.reason,
        journey: why.journey,
        message: why.message,
      }),
    },
  });

  return { claim, find, settled, released, unclaimed, withheld };
};
export type SendLedger = ReturnType<typeof sendLedger>;
